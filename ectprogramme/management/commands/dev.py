"""Web server and worker in one command, for ./run."""

import contextlib
import ctypes
import hashlib
import io
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError

from ectprogramme import demonstration, pdf, schedules
from ectprogramme.folders import only_process_in

PATIENCE = 15  # seconds that web server and worker have to end what they are at
PR_SET_PDEATHSIG = 1  # from linux/prctl.h


class Command(BaseCommand):
    help = "Brings database, content and files up to date, then runs web server and worker until Ctrl-C."

    def add_arguments(self, parser):
        parser.add_argument("address", nargs="?", default="127.0.0.1:8000", metavar="host:port")

    def handle(self, *, address, **options):
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.default_int_handler)
        children = {}
        try:
            with listening(address) as web:
                with only_process_in(settings.VAR):
                    self.prepare()
                children["web server"] = start(*web_server(web), keep=web)
                children["worker"] = start("manage.py", "qcluster")
                self.welcome()
            ended = first_to_end(children)
        except KeyboardInterrupt:
            self.stdout.write("\nStopping.")
        except OperationalError as why:
            raise CommandError(
                f"The database cannot be used: {why}. Look at DATABASE_URL, and at who may write in {settings.VAR}."
            ) from why
        else:
            raise CommandError(f"The {ended} ended by itself: its last lines are above. The other was stopped too.")
        finally:
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, signal.SIG_IGN)  # pressed twice, it is still the same wish
            stop(children.values())

    def prepare(self):
        self.say("Bringing the database up to date")
        call_command("migrate", verbosity=0)
        call_command("createcachetable", verbosity=0)
        self.collect_files()
        self.say("Loading the programme's content")
        call_command("loadcontent", settings.BASE / "fixtures" / "packs", stdout=io.StringIO())
        if settings.DEMONSTRATION:
            self.say("Loading the demonstration")
            call_command("demo", stdout=io.StringIO())
        schedules.keep()
        pdf.ensure_key()

    def collect_files(self):
        """Style sheets and scripts, compressed and under names that change with them: slow, so only when one has."""
        kept, present = settings.STATIC_ROOT / "sources.sum", sum_of_static_files()
        if not kept.exists() or kept.read_text() != present:
            self.say("Collecting style sheets and scripts")
            call_command("collectstatic", interactive=False, verbosity=0)
            kept.write_text(present)

    def welcome(self):
        self.stdout.write(f"\nOpen {settings.SITE_URL}/ and stop with Ctrl-C.")
        if settings.DEMONSTRATION:
            self.stdout.write(
                f"\nBe one of these by one click at {settings.SITE_URL}/demonstration/\n"
                f"or sign in by email address with the password: {demonstration.PASSWORD}\n"
            )
            for persona in demonstration.CAST:
                self.stdout.write(f"  {persona.email:28}  {persona.name}: {persona.part}")
        self.stdout.flush()

    def say(self, what):
        self.stdout.write(what)
        self.stdout.flush()


def sum_of_static_files() -> str:
    files = [Path(storage.path(name)) for finder in get_finders() for name, storage in finder.list([])]
    seen = [(str(path), path.stat().st_size, path.stat().st_mtime_ns) for path in sorted(files)]
    return hashlib.sha256(repr((settings.STORAGES["staticfiles"], seen)).encode()).hexdigest()


def listening(address: str) -> socket.socket:
    """A socket that listens at `host:port` from now on; who comes before the web server is up waits for it."""
    host, _, port = address.rpartition(":")
    if not host or not port.isdecimal() or int(port) > 65535:
        raise CommandError(f"Give host and port, for example 127.0.0.1:8001, instead of {address}.")
    try:
        (family, *_, where), *_ = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
        return socket.create_server(where[:2], family=family)
    except OSError as error:
        reason = error.args[1].partition(" (")[0]
        raise CommandError(
            f"Nothing can be served at {address}: {reason}. "
            "Stop what is there, or give another address, for example 127.0.0.1:8001."
        ) from error


def web_server(web: socket.socket) -> list[str]:
    return (
        f"-m gunicorn ectprogramme.wsgi --bind fd://{web.fileno()} --preload --worker-class gthread --workers 2 --threads 8"
        f" --graceful-timeout {PATIENCE - 5} --no-control-socket --log-level warning"
    ).split()


def start(*arguments: str, keep: socket.socket | None = None) -> subprocess.Popen[bytes]:
    """A Python process in a group of its own, so that Ctrl-C reaches only us, and which never outlives us."""
    return subprocess.Popen(
        [sys.executable, *arguments],
        cwd=settings.BASE,
        pass_fds=[keep.fileno()] if keep else [],
        start_new_session=True,
        preexec_fn=end_with_parent if sys.platform == "linux" else None,
    )


def end_with_parent() -> None:
    """Has the kernel stop this process when the one that started it is gone, however that came about."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def first_to_end(children: Mapping[str, subprocess.Popen[bytes]]) -> str:
    while True:
        for name, child in children.items():
            if child.poll() is not None:
                return name
        time.sleep(0.2)


def stop(children: Iterable[subprocess.Popen[bytes]]) -> None:
    """Asks both to end, and ends what is left of them, their own processes among it, after a while."""
    children = list(children)
    for child in children:
        child.terminate()
    for child in children:
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(PATIENCE)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
