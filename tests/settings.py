"""The project's settings with what tests need: a known key, no files served from a manifest, mail and tasks at hand."""

import os
import tempfile

os.environ.setdefault("SECRET_KEY", "a key for tests only 0123456789 abcdefghijklmnopqrstuvwxyz")
os.environ.setdefault("HTTPS", "0")
os.environ["DEMONSTRATION"] = "1"
os.environ["VAR"] = tempfile.mkdtemp(prefix="ectprogramme-tests-")

from ectprogramme.settings import *  # the environment has to be set first

STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
LOCAL = "django.core.cache.backends.locmem.LocMemCache"
CACHES = {"default": {"BACKEND": LOCAL}, "pdfs": {"BACKEND": LOCAL, "LOCATION": "pdfs"}}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # a file, since threads of one test share it; nothing in it outlives the run, so nothing waits for the disk
    DATABASES["default"]["TEST"] = {"NAME": str(VAR / "test.sqlite3")}
    DATABASES["default"]["OPTIONS"]["init_command"] = (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; PRAGMA foreign_keys=ON;"
    )
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
Q_CLUSTER = {**Q_CLUSTER, "sync": True}
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
