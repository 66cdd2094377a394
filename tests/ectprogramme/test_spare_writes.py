"""What a page can do without is left out while somebody else holds the database."""

import sqlite3
import time

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone

from ectprogramme.spare_writes import PATIENCE, spare_write

SQLITE = settings.DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3"
only_sqlite = pytest.mark.skipif(not SQLITE, reason="SQLite has one writer at a time")


def patience():
    return connection.connection.execute("PRAGMA busy_timeout").fetchone()[0]


@only_sqlite
def test_it_is_waited_for_a_moment_and_whatever_comes_after_it_for_as_long_as_before(db):
    waits = [patience()]
    spare_write(lambda: waits.append(patience()))
    waits.append(patience())
    assert waits == [20_000, PATIENCE, 20_000]


@pytest.fixture
def held(db):
    """A database in which somebody else is writing."""
    other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield
    other.close()


@only_sqlite
@pytest.mark.django_db(transaction=True)
def test_it_is_left_out_while_somebody_else_writes(held):
    spare_write(lambda: Session.objects.create(session_key="new", expire_date=timezone.now()))
    assert not Session.objects.exists()


@only_sqlite
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("path", ["/", "/content/reading/"])
def test_a_page_that_only_reads_is_there_while_somebody_else_writes(cast, sign_in, request, path):
    client = sign_in(cast["amira"])
    aged = client.session
    aged["seen"] = int(time.time()) - 3600
    aged.save()
    request.getfixturevalue("held")
    assert client.get(path).status_code == 200
    assert client.session["seen"] == aged["seen"]


def test_a_database_with_many_writers_is_left_as_it_is(db, monkeypatch):
    monkeypatch.setattr(connection, "vendor", "postgresql")
    done = []
    spare_write(lambda: done.append(patience() if SQLITE else "as ever"))
    assert done == [20_000 if SQLITE else "as ever"]


def test_other_faults_are_not_hidden(db):
    with pytest.raises(ZeroDivisionError):
        spare_write(lambda: 1 / 0)
