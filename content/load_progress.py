"""How far a load is, for the page that waits for it.

A load is one transaction, so nothing of it can be seen in the database before its end: the worker writes down in a file how far
it is. Web and worker share that folder (README).
"""

import contextlib
import time
from pathlib import Path

from django.conf import settings

PAUSE = 0.5  # seconds between two notes


class LoadProgress:
    """Of one upload. A note that is missing or half written only means that nobody knows."""

    def __init__(self, upload_id: int) -> None:
        self.path: Path = settings.PRIVATE / "loading" / str(upload_id)
        self.noted = 0.0

    def tell(self, done: int, of: int) -> None:
        if time.monotonic() < self.noted + PAUSE:
            return
        self.noted = time.monotonic()
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.path.write_text(str(100 * done // of))

    def percent(self) -> int | None:
        try:
            return min(int(self.path.read_text()), 100)
        except (OSError, ValueError):
            return None

    def forget(self) -> None:
        with contextlib.suppress(FileNotFoundError):
            self.path.unlink()
