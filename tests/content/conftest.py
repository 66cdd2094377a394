"""The small pack to read, loaded once."""

import pytest

from content.actions import load
from tests.content.packs import to_read


@pytest.fixture(scope="session")
def reading_of_today(made_once):
    """The rows of the pack to read."""
    return made_once(lambda: load(to_read()))


@pytest.fixture
def reading(db, reading_of_today):
    """Something to read: the pack as loading it would leave it, but for the words of the search on SQLite."""
    reading_of_today.put_or_make()
