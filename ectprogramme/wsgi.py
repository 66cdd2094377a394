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
    print(why, file=sys.stderr)  # a sentence that says what to set
    sys.exit(3)  # which gunicorn takes as final: it starts no other worker

gc.collect()
gc.freeze()  # a later collection would write to all that is loaded by now, and each worker would get a copy of its own
