"""The standing cast and what every test shares."""

import asyncio
import contextlib
import gc
import hashlib
import os
import shutil
import sqlite3
import time
from pathlib import Path

import django_q.tasks
import pytest
from django.conf import settings
from django.core.cache import caches
from django.db import connection
from django.db.backends.sqlite3.base import DatabaseOperations
from django.utils import timezone
from django.utils.module_loading import import_string
from django_q.signing import SignedPackage
from xdist.scheduler import LoadScopeScheduling

from content.actions import load as load_packs
from content.packs import gather
from ectprogramme import demonstration
from people.models import User
from reviews import records

from .standing import Standing

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # a browser runs an event loop beside the tests that use the database


KEPT = settings.BASE / "var" / "tests"  # what one run leaves to the next, to be faster
SITE = "tests/browser/"  # need the running application and a browser; these a browser alone
BROWSER = "tests/test_examination.py", "tests/ectprogramme/test_gov_autosave.py"


class Scheduling(LoadScopeScheduling):
    """One worker has all that needs the site, so that one is enough, and one all that needs a browser alone; the rest is given
    out test by test."""

    def _split_scope(self, nodeid):
        if nodeid.startswith(SITE):
            return "site"
        return "browser" if nodeid.startswith(BROWSER) else nodeid


def pytest_xdist_make_scheduler(config, log):
    """By hand, since pytest-xdist 3.8 does not see its groups with pytest 9.2."""
    return Scheduling(config, log)


def pytest_collection_finish():
    """What has been imported by now stays, so it is not looked through for garbage again and again: a tenth of the time."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """Debian's Chromium, which the set-up installs."""
    return {**browser_type_launch_args, "executable_path": "/usr/bin/chromium-headless-shell", "args": ["--no-sandbox"]}


@pytest.fixture(scope="session")
def migrated():
    """Where the empty database is kept from run to run, since to migrate it takes each worker as long as a hundred tests; None
    on PostgreSQL. A change of a migration or of a package has it made anew."""
    if settings.DATABASES["default"]["ENGINE"] != "django.db.backends.sqlite3":
        return None
    made_of = [*settings.BASE.glob("*/migrations/*.py"), settings.BASE / "requirements" / "dev.txt"]
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in sorted(made_of)))
    return KEPT / f"{digest.hexdigest()}.sqlite3"


@pytest.fixture(scope="session")
def django_db_keepdb(migrated):
    return migrated is not None and migrated.exists()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings, django_db_keepdb, migrated):
    if django_db_keepdb:
        settings.DATABASES["default"]["TEST"]["MIGRATE"] = False
        shutil.copy(migrated, settings.DATABASES["default"]["TEST"]["NAME"])


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_keepdb, django_db_blocker, migrated):
    with django_db_blocker.unblock():
        assert connection.features.supports_json_field  # asked of a database once, and not to be counted by any test
    if migrated and not django_db_keepdb:
        KEPT.mkdir(parents=True, exist_ok=True)
        half_made = migrated.with_suffix(f".{os.getpid()}")
        with django_db_blocker.unblock(), contextlib.closing(sqlite3.connect(half_made)) as copy:
            connection.connection.backup(copy)
        for older in KEPT.glob("*.sqlite3"):
            older.unlink(missing_ok=True)
        half_made.replace(migrated)


@pytest.fixture(autouse=True)
def _nothing_remembered():
    """Each test begins with an empty cache: limits on attempts count in it."""
    for cache in caches.all():
        cache.clear()


@pytest.fixture
def pdfs():
    """For tests that need the PDFs of records, which take longest of all to make."""


@pytest.fixture(autouse=True)
def _no_pdfs(request, monkeypatch):
    """Without the fixture `pdfs` the worker makes no record's PDF."""
    if "pdfs" not in request.fixturenames:
        monkeypatch.setattr(records, "make_pdf", lambda record_id: False)


@pytest.fixture(scope="session", autouse=True)
def _jobs_at_once():
    """A job is done where it is put into the queue, from what the queue would keep. django-q2's own way of that makes two
    queues of processes and their threads for each, which takes longer than most jobs."""

    def do(package):
        job = SignedPackage.loads(package)
        import_string(job["func"])(*job["args"], **job["kwargs"])
        return job["id"]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(django_q.tasks, "_sync", do)
        yield


@pytest.fixture(scope="session")
def made_once(django_db_setup, django_db_blocker):
    """`made_once(make)`, for fixtures of the whole session: the rows that `make()` writes into the empty database."""

    def standing(make):
        with django_db_blocker.unblock():
            return Standing(make)

    return standing


@pytest.fixture(scope="session")
def cast_of_today(made_once):
    """The rows of everybody of the demonstration: making them by the real actions takes longer than most tests."""
    return made_once(lambda: demonstration.cast(timezone.localdate()))


@pytest.fixture
def cast(db, cast_of_today):
    """Everybody of the demonstration, by first name, on a day when nothing has been done yet.

    It wants an empty database, so it comes before fixtures that write. The rows come from `cast_of_today`.
    """
    cast_of_today.put_or_make()
    return everybody()


def load_the_programme():
    load_packs(gather([settings.BASE / "fixtures" / "packs"]))


@pytest.fixture(scope="session")
def programme_of_today(made_once):
    """The rows of all content packs, which are long to read."""
    return made_once(load_the_programme)


@pytest.fixture
def programme(db, programme_of_today):
    """All of the programme's content. The rows come from `programme_of_today`."""
    programme_of_today.put_or_make()


@pytest.fixture(scope="session")
def demonstration_of_today(made_once):
    """The rows of the content packs and of the whole demonstration, without PDFs of its records."""

    def make():
        load_the_programme()
        demonstration.load(timezone.localdate())

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(records, "make_pdf", lambda record_id: False)
        return made_once(make)


@pytest.fixture
def demo(db, demonstration_of_today):
    """Everybody, by first name, with all that the demonstration has them do, and the programme's content.

    The rows come from `demonstration_of_today`.
    """
    demonstration_of_today.put_or_make()
    return everybody()


def everybody():
    return {user.email.split("@")[0]: user for user in User.objects.all()}


@pytest.fixture
def sign_in(client):
    """`sign_in(user)` gives a client that is signed in as that person."""

    def as_person(user):
        client.force_login(user)
        session = client.session
        session["began"] = session["seen"] = int(time.time())
        session.save()
        return client

    return as_person


gives_way = False


def pytest_runtest_logstart(nodeid):
    """The worker that has the site has the longest way, so others let it pass, once they are through with their browser."""
    global gives_way
    if not gives_way and "PYTEST_XDIST_WORKER" in os.environ and not nodeid.startswith((SITE, *BROWSER)):
        os.nice(10)
        with contextlib.suppress(OSError):  # Linux shares time out by sessions first, and the browser has its own
            os.setsid()
            Path("/proc/self/autogroup").write_text("19")
        gives_way = True


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item):
    """A seal is made in an event loop of its own, so the one that browser tests leave running is put out of sight."""
    if "playwright" in item.fixturenames:
        return (yield)
    left_running = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    try:
        return (yield)
    finally:
        asyncio._set_running_loop(left_running)


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
