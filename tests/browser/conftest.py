"""The real application, web server and worker, in a folder and a database of its own, and browsers that keep a list of
what went wrong in them."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import environ
import psycopg
import pytest
from django.conf import settings
from playwright.sync_api import expect

from ectprogramme.management.commands import dev

from ..conftest import KEPT
from ..processes import below, has_ended
from .examination import Examiner
from .people import Person

CHROMIUM = Path("/usr/bin/chromium-headless-shell")  # takes half of the processor time of the whole browser
START = 120  # seconds that the site may take until its first answer, on a busy machine
STOP = 30

PATIENCE = 15_000  # milliseconds
expect.set_options(timeout=PATIENCE)


@dataclass(frozen=True)
class Site:
    """The running application."""

    url: str
    var: Path
    environment: dict[str, str] = field(default_factory=dict)

    def begins_today(self, path: str) -> None:
        """Has the term of the report at this path begun: a report is released in its term, whatever day it is today."""
        report = f"Review.objects.filter(pk={path.strip('/').rpartition('/')[2]})"
        began = (
            f"from reviews.models import Review; {report}.update(period_from='{date.today()}', term_name='This term')"
        )
        subprocess.run(
            [sys.executable, "manage.py", "shell", "-v", "0", "-c", began],
            cwd=settings.BASE,
            env=self.environment,
            check=True,
        )

    @property
    def mail(self) -> list[EmailMessage]:
        """Every message that the worker has sent; a line of dashes ends each."""
        files = sorted((self.var / "mail").glob("*.log"))
        sent = [text for file in files for text in re.split(rb"^-{79}\n", file.read_bytes(), flags=re.MULTILINE)[:-1]]
        return [message_from_bytes(text, policy=policy.default) for text in sent]

    @property
    def log(self) -> str:
        return (self.var / "log").read_text()


@pytest.fixture(scope="session")
def site(tmp_path_factory) -> Iterator[Site]:
    """What ./run starts, from nothing: an empty database, no settings but these, and a folder that is empty but for the style
    sheets and scripts that an earlier run has collected."""
    var = tmp_path_factory.mktemp("site")
    collected = KEPT / "static"
    collected.mkdir(parents=True, exist_ok=True)
    (var / "static").symlink_to(collected)
    with dev.listening("127.0.0.1:0") as free:
        port = free.getsockname()[1]
    running = Site(f"http://localhost:{port}", var)  # a name, since passkeys belong to one
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
    with database() as url, (var / "log").open("wb") as log:
        running.environment.update(kept | {"DEMONSTRATION": "1", "VAR": str(var), "SITE_URL": running.url})
        running.environment.update({"DATABASE_URL": url} if url else {})
        process = subprocess.Popen(
            [sys.executable, "manage.py", "dev", f"127.0.0.1:{port}"],
            cwd=settings.BASE,
            env=running.environment,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=dev.end_with_parent if sys.platform == "linux" else None,
        )
        try:
            wait_for_first_answer(running, process)
            yield running
            started = below(process.pid)
            process.send_signal(signal.SIGINT)
            assert process.wait(STOP) == 0, running.log[-3000:]
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
    assert running.log.endswith("\nStopping.\n")
    assert len(started) >= 4  # web server and worker, each with at least one of its own
    assert all(has_ended(pid) for pid in started)
    faults = re.findall(r"^.* ERROR (?!django\.security)(?:.*\n)(?:(?!\d{4}-).*\n)*", running.log, flags=re.MULTILINE)
    assert faults == []


@contextlib.contextmanager
def database() -> Iterator[str]:
    """The address of a new database beside the one that the environment names; empty for SQLite, which is a file in VAR."""
    named = os.environ.get("DATABASE_URL", "")
    if not named.startswith(("postgres", "pgsql")):
        yield ""
        return
    server = environ.Env.db_url_config(named)
    name = f"browser_{uuid.uuid4().hex}"
    connected = psycopg.connect(
        dbname=server["NAME"], user=server["USER"], password=server["PASSWORD"], host=server["HOST"],
        port=server["PORT"] or None, autocommit=True,
    )  # fmt: skip
    with contextlib.closing(connected):
        connected.execute(f"CREATE DATABASE {name}")
        try:
            yield re.sub(r"/[^/?]*(\?|$)", rf"/{name}\1", named)
        finally:
            connected.execute(f"DROP DATABASE {name} WITH (FORCE)")


def wait_for_first_answer(running: Site, process: subprocess.Popen) -> None:
    give_up = time.monotonic() + START
    while time.monotonic() < give_up:
        if process.poll() is not None:
            break
        with contextlib.suppress(urllib.error.URLError, TimeoutError, ConnectionError):
            urllib.request.urlopen(f"{running.url}/check/", timeout=START)
            return
        time.sleep(0.1)
    pytest.fail(f"The site did not start. The end of what it said:\n{running.log[-3000:]}", pytrace=False)


@pytest.fixture(scope="session")
def base_url(site):
    """So that tests say only the path of a page."""
    return site.url


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args, base_url):
    """Told here again: a browser test elsewhere, without a site, may have come first."""
    return {**browser_context_args, "base_url": base_url}


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    if not CHROMIUM.exists():
        pytest.fail(
            f"{CHROMIUM} is missing: install Debian's package chromium-headless-shell, or run ./test, which does.",
            pytrace=False,
        )
    quiet = ["--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
    once = "--js-flags=--no-opt --no-maglev"  # no page runs its scripts for so long that making them faster pays
    return {**browser_type_launch_args, "args": [*browser_type_launch_args["args"], *quiet, once]}


@dataclass
class Complaints:
    """What browsers complained of during a test: script errors, refused content, files that are not there."""

    found: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def watch(self, context) -> None:
        context.on("console", lambda message: self.add(message.text, message.location["url"], message.type))
        context.on("weberror", lambda error: self.add(str(error.error), error.page.url if error.page else ""))

    def add(self, text: str, where: str, kind: str = "error") -> None:
        if kind == "error":
            self.found.append(f"{text} ({where})")

    def expect(self, text: str) -> None:
        """From now on this is no fault: a page that is refused on purpose is an error in the browser's eyes."""
        self.expected.append(text)

    @property
    def unexpected(self) -> list[str]:
        return [complaint for complaint in self.found if not any(text in complaint for text in self.expected)]


@pytest.fixture
def complaints() -> Iterator[Complaints]:
    listed = Complaints()
    yield listed
    assert listed.unexpected == []


@pytest.fixture
def new_context(new_context, complaints):
    """Every browser of a test is watched."""

    def watched(**looks):
        context = new_context(**looks)
        context.set_default_timeout(PATIENCE)
        complaints.watch(context)
        return context

    return watched


@pytest.fixture
def someone(new_context):
    """`someone("ben")` is that person of the demonstration, signed in with a browser of their own."""

    def signed_in(key: str, **looks) -> Person:
        person = Person(key, new_context(**looks).new_page())
        person.sign_in()
        return person

    return signed_in


@pytest.fixture(scope="session")
def examiner():
    """One for all pages, so that what is the same on many is looked at once."""
    return Examiner()
