"""The web server's way in."""

import gc
import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ectprogramme.settings")
try:
    application = get_wsgi_application()
except ImproperlyConfigured as why:
    sys.exit(str(why))  # a sentence that says what to set

gc.collect()
gc.freeze()  # a later collection would write to all that is loaded by now, and each worker would get a copy of its own
