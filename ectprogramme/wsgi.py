"""The web server's way in."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ectprogramme.settings")
application = get_wsgi_application()

gc.collect()
gc.freeze()  # a later collection would write to all that is loaded by now, and each worker would get a copy of its own
