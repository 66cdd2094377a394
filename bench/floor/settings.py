"""A bare application on the same server and middleware: of ours only people, since somebody is signed in."""

from bench.settings import *

ROOT_URLCONF = "bench.floor.bare_urls"
INSTALLED_APPS = [app for app in INSTALLED_APPS if app not in {"cycles", "observations", "reviews", "content"}]
TEMPLATES[0]["OPTIONS"]["context_processors"].remove("ectprogramme.views.navigation")
