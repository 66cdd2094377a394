"""The project's settings, with the floors added to its pages. For measuring only: the product knows nothing of this."""

from ectprogramme.settings import *

ROOT_URLCONF = "bench.urls"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]  # lets the demonstration's people in
TEMPLATES[0]["DIRS"].append(BASE / "bench" / "floor" / "templates")
