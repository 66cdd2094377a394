"""Writes that a page can do without, such as where somebody stopped reading: never a reason to wait or to fail.

On SQLite one at a time writes, and a load of content does so for as long as it takes (docs/adr/0010).
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from django.db import OperationalError, connection

PATIENCE = 200  # milliseconds; many small writes take turns in that


def spare_write(write: Callable[[], object]) -> None:
    """Calls `write`, which is one transaction; left out while somebody else holds the database."""
    with _impatient(), suppress(OperationalError):
        write()


@contextmanager
def _impatient() -> Iterator[None]:
    """PostgreSQL makes nobody wait for another's rows here; SQLite is told to give up sooner."""
    if connection.vendor != "sqlite":
        yield
        return
    connection.ensure_connection()
    database = connection.connection
    [usual] = database.execute("PRAGMA busy_timeout").fetchone()
    database.execute(f"PRAGMA busy_timeout = {PATIENCE}")
    try:
        yield
    finally:
        database.execute(f"PRAGMA busy_timeout = {usual}")
