"""The web server as ./run starts it, and what its workers use."""

import contextlib
import os
import time
from collections.abc import Iterator
from pathlib import Path

from ectprogramme.management.commands import dev

from .browser import Browser

WORKERS = 2


class Server:
    def __init__(self, port: int, master: int):
        self.port, self.master = port, master

    def workers(self) -> list[int]:
        return [int(pid) for pid in Path(f"/proc/{self.master}/task/{self.master}/children").read_text().split()]

    def cpu(self) -> int:
        """Nanoseconds of processor time that the workers have had."""
        threads = [path for pid in self.workers() for path in Path(f"/proc/{pid}/task").iterdir()]
        return sum(int((thread / "schedstat").read_text().split()[0]) for thread in threads)

    def memory(self) -> int:
        """Bytes of memory of the workers and their parent, what they share counted once (proportional set size)."""
        return sum(_proportional_set_size(pid) for pid in [self.master, *self.workers()])


def _proportional_set_size(pid: int) -> int:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


@contextlib.contextmanager
def serving(settings: str = "bench.settings") -> Iterator[Server]:
    """gunicorn with these settings, until the end of the block."""
    before = os.environ["DJANGO_SETTINGS_MODULE"]
    os.environ["DJANGO_SETTINGS_MODULE"] = settings
    try:
        with dev.listening("127.0.0.1:0") as web:
            master = dev.start(*dev.web_server(web), keep=web)
            server = Server(web.getsockname()[1], master.pid)
    finally:
        os.environ["DJANGO_SETTINGS_MODULE"] = before
    try:
        Browser(server.port).get("/static/forms.js")  # waits until somebody answers
        while len(server.workers()) < WORKERS:
            time.sleep(0.1)
        yield server
    finally:
        dev.stop([master])
