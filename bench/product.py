"""The product without the floors, which are modules, templates and forms of their own: for measuring its memory."""

from bench.settings import *

ROOT_URLCONF = "ectprogramme.urls"
