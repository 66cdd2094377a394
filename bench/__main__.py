"""One run: an installation of its own, everything measured in it, docs/performance.md written."""

import os
import secrets
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="bench-", dir=_var()) as var:
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "bench.settings", "VAR": var, "SECRET_KEY": secrets.token_urlsafe(50), "HTTPS": "0",
            "DEMONSTRATION": "0", "ALLOWED_HOSTS": "127.0.0.1", "SITE_URL": "http://127.0.0.1", "EMAIL_URL": "dummymail://",
            "DEFAULT_FROM_EMAIL": "bench@ectprogramme.example",
        }  # fmt: skip
        import django

        django.setup()
        from . import rows
        from .measures import everything

        rows.prepare()
        return everything(ROOT / "docs" / "performance.md")


def _var() -> Path:
    """On the disk that the application would use: a folder in memory would save faster than any installation."""
    folder = ROOT / "var"
    folder.mkdir(exist_ok=True)
    return folder


if __name__ == "__main__":
    sys.exit(main())
