"""The standing cast and what every test shares."""

import pytest
from django.db.backends.sqlite3.operations import DatabaseOperations
from django.utils import timezone

from ectprogramme import demonstration


@pytest.fixture
def cast(db):
    """Everybody of the demonstration, by first name, on a day when nothing has been done yet."""
    return demonstration.cast(timezone.localdate())


@pytest.fixture
def sign_in(client):
    """`sign_in(user)` gives a client that is signed in as that person."""

    def as_person(user):
        client.force_login(user)
        return client

    return as_person


@pytest.fixture(scope="session", autouse=True)
def _flush_past_triggers():
    """After a test with transactions of its own SQLite deletes every row, also of the tables that are append-only."""
    flush = DatabaseOperations.execute_sql_flush

    def flush_all(self, sql_list):
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
            for name, _ in triggers:
                cursor.execute(f"DROP TRIGGER {name}")
            flush(self, sql_list)
            for _, sql in triggers:
                cursor.execute(sql)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "execute_sql_flush", flush_all)
        yield
