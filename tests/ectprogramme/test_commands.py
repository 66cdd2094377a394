"""The commands behind ./run, and the two that are called by hand."""

import ctypes
import signal
import socket
import subprocess
import sys
import threading
import time

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import OperationalError

from content.models import Template
from ectprogramme import demonstration
from ectprogramme.folders import only_process_in
from ectprogramme.management.commands import checkevents, dev
from people.actions import add_person
from people.models import User

from ..processes import has_ended

SLEEP = ("-c", "import time; time.sleep(600)")


# The demonstration


def test_the_demonstration_is_made_once(db, capsys):
    call_command("loadcontent", settings.BASE / "fixtures" / "packs")
    call_command("demo")
    assert f"with {len(demonstration.CAST)} people" in capsys.readouterr().out
    people = set(User.objects.values_list("pk", flat=True))
    assert len(people) == len(demonstration.CAST)

    call_command("demo")
    assert "was there already" in capsys.readouterr().out
    assert set(User.objects.values_list("pk", flat=True)) == people


def test_the_demonstration_stays_out_where_there_are_real_people(db):
    real = add_person("head@real-school.example", "A real head")
    with pytest.raises(CommandError, match="has real people"):
        call_command("demo")
    assert list(User.objects.all()) == [real]


def test_the_demonstration_needs_the_programme_content(db):
    with pytest.raises(CommandError, match="Load the content packs first"):
        call_command("demo")
    assert not User.objects.exists()


def test_the_demonstration_stays_out_where_it_is_off(db, settings):
    settings.DEMONSTRATION = False
    with pytest.raises(CommandError, match="DEMONSTRATION=1"):
        call_command("demo")
    assert not User.objects.exists()


# The chain of events


def test_events_as_they_were_written_are_found_whole(db, capsys):
    call_command("checkevents")
    assert capsys.readouterr().out == "Every event is as it was written.\n"


def test_each_place_where_the_events_are_not_as_they_were_written_is_named(monkeypatch):
    monkeypatch.setattr(checkevents, "broken_events", lambda: iter(["Event 3 is not.", "Events 5 to 6 are missing."]))
    with pytest.raises(CommandError, match=r"^Event 3 is not\.\nEvents 5 to 6 are missing\.$"):
        call_command("checkevents")


# The address of ./run


def test_who_comes_before_the_web_server_is_up_waits_for_it():
    with dev.listening("127.0.0.1:0") as web, socket.create_connection(web.getsockname(), timeout=5) as early:
        served, _ = web.accept()
        with served:
            assert served.getpeername() == early.getsockname()


def test_a_port_that_is_taken_is_told_in_one_sentence():
    with dev.listening("127.0.0.1:0") as other:
        taken = "127.0.0.1:{1}".format(*other.getsockname())
        with pytest.raises(CommandError) as refused:
            dev.listening(taken)
    assert str(refused.value).startswith(
        f"Nothing can be served at {taken}: Address already in use. Stop what is there"
    )


@pytest.mark.parametrize("address", ["8000", "127.0.0.1", "127.0.0.1:", "127.0.0.1:http", "127.0.0.1:65536"])
def test_an_address_that_is_none_is_refused_with_an_example(address):
    with pytest.raises(CommandError, match="Give host and port, for example"):
        dev.listening(address)


# The two processes of ./run


@pytest.fixture
def children():
    """Collects what a test starts, and ends what is left of it."""
    started = {}
    yield started
    for child in started.values():
        child.kill()
        child.wait()


def test_the_first_to_end_is_named(children, monkeypatch):
    children["web server"], children["worker"] = dev.start(*SLEEP), dev.start(*SLEEP)
    monkeypatch.setattr(dev.time, "sleep", lambda seconds: children["worker"].kill())
    assert dev.first_to_end(children) == "worker"


def test_both_are_asked_to_end(children):
    children["web server"], children["worker"] = dev.start(*SLEEP), dev.start(*SLEEP)
    dev.stop(children.values())
    assert [child.returncode for child in children.values()] == [-signal.SIGTERM, -signal.SIGTERM]


def test_one_that_does_not_end_is_ended_with_all_that_it_started(children, monkeypatch, tmp_path):
    monkeypatch.setattr(dev, "PATIENCE", 0.1)
    ready = tmp_path / "pid"
    children["worker"] = dev.start(
        "-c",
        "import pathlib, signal, subprocess, sys, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        f"grandchild = subprocess.Popen([sys.executable, *{SLEEP!r}])\n"
        f"pathlib.Path({str(ready)!r}).write_text(f'{{grandchild.pid}}\\n')\n"
        "time.sleep(600)\n",
    )
    while not (ready.exists() and ready.read_text().endswith("\n")):
        time.sleep(0.05)
    dev.stop(children.values())
    assert children["worker"].wait(10) == -signal.SIGKILL
    assert has_ended(int(ready.read_text()))


def test_the_kernel_is_asked_to_end_a_child_with_its_parent():
    prctl, asked = ctypes.CDLL(None).prctl, ctypes.c_int()
    dev.end_with_parent()
    try:
        prctl(2, ctypes.byref(asked))  # PR_GET_PDEATHSIG
        assert asked.value == signal.SIGTERM
    finally:
        prctl(dev.PR_SET_PDEATHSIG, 0)


def test_a_child_does_not_outlive_a_parent_that_was_killed():
    parent = subprocess.run(
        [
            sys.executable,
            "-c",
            "import django, os\n"
            "django.setup()\n"
            "from ectprogramme.management.commands import dev\n"
            f"print(dev.start(*{SLEEP!r}).pid, flush=True)\n"
            "os.kill(os.getpid(), 9)\n",
        ],
        cwd=settings.BASE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert parent.returncode == -signal.SIGKILL
    assert has_ended(int(parent.stdout))


# ./run as a whole: that both come up from nothing and leave nothing is shown by tests/browser/test_start.py


@pytest.fixture
def dev_of_sleepers(db, children, monkeypatch, settings, tmp_path):
    """`manage.py dev` with children that only sleep, to be looked at, and a demonstration of one."""
    settings.STATIC_ROOT = tmp_path / "static"
    monkeypatch.setattr(demonstration, "load", lambda today: bool(add_person("one@ectprogramme.example", "The one")))

    def start(*arguments, keep=None):
        name = "worker" if "qcluster" in arguments else "web server"
        if keep:
            assert f"fd://{keep.fileno()}" in arguments
        children[name] = real_start(*SLEEP)
        return children[name]

    real_start = dev.start
    monkeypatch.setattr(dev, "start", start)
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield children
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_both_and_is_no_error(dev_of_sleepers, monkeypatch, capsys, number):
    monkeypatch.setattr(dev, "first_to_end", lambda children: signal.raise_signal(number))
    call_command("dev", "127.0.0.1:0")
    assert [child.returncode for child in dev_of_sleepers.values()] == [-signal.SIGTERM, -signal.SIGTERM]
    said = capsys.readouterr().out
    assert Template.objects.exists()
    assert f"{settings.SITE_URL}/demonstration/" in said
    assert said.endswith("Stopping.\n")
    assert User.objects.get().name == "The one"
    for persona in demonstration.CAST:
        assert f"{persona.email} " in said
        assert f"{persona.name}: {persona.part}\n" in said


def test_a_database_that_cannot_be_used_is_told_in_one_sentence(dev_of_sleepers, monkeypatch):
    def fails(command):
        raise OperationalError("attempt to write a readonly database")

    monkeypatch.setattr(dev.Command, "prepare", fails)
    with pytest.raises(
        CommandError, match=r"^The database cannot be used: attempt to write a readonly database\. Look"
    ):
        call_command("dev", "127.0.0.1:0")


def test_two_in_one_folder_prepare_it_one_after_the_other(tmp_path):
    began, ended = threading.Event(), []

    def first():
        with only_process_in(tmp_path):
            began.set()
            time.sleep(0.2)
            ended.append("first")

    thread = threading.Thread(target=first)
    thread.start()
    began.wait()
    with only_process_in(tmp_path):
        ended.append("second")
    thread.join()
    assert ended == ["first", "second"]


@pytest.mark.parametrize(("ended", "left"), [("web server", "worker"), ("worker", "web server")])
def test_when_one_ends_by_itself_the_other_is_stopped_and_the_command_fails(dev_of_sleepers, monkeypatch, ended, left):
    monkeypatch.setattr(dev, "first_to_end", lambda children: ended)
    with pytest.raises(CommandError, match=f"The {ended} ended by itself"):
        call_command("dev", "127.0.0.1:0")
    assert dev_of_sleepers[left].returncode == -signal.SIGTERM


def test_static_files_are_collected_again_only_when_one_has_changed(dev_of_sleepers, monkeypatch, capsys, settings):
    monkeypatch.setattr(dev, "first_to_end", lambda children: signal.raise_signal(signal.SIGINT))
    call_command("dev", "127.0.0.1:0")
    assert "Collecting" in capsys.readouterr().out
    assert (settings.STATIC_ROOT / "forms.js").exists()

    settings.DEMONSTRATION = False
    call_command("dev", "127.0.0.1:0")
    assert "Collecting" not in capsys.readouterr().out

    monkeypatch.setattr(dev, "sum_of_static_files", lambda: "changed")
    call_command("dev", "127.0.0.1:0")
    assert "Collecting" in capsys.readouterr().out


def test_without_the_demonstration_nobody_is_made_or_named(dev_of_sleepers, monkeypatch, capsys, settings):
    settings.DEMONSTRATION = False
    monkeypatch.setattr(dev, "first_to_end", lambda children: signal.raise_signal(signal.SIGINT))
    call_command("dev", "127.0.0.1:0")
    assert not User.objects.exists()
    said = capsys.readouterr().out
    assert f"Open {settings.SITE_URL}/" in said
    assert demonstration.PASSWORD not in said
