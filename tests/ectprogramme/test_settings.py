"""Settings come from the environment and fail with a sentence that says what to set."""

import os
import runpy
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

RANDOM = "an0ther key of the tests, long and various enough to be taken"
REAL = {
    "SECRET_KEY": RANDOM,
    "ALLOWED_HOSTS": "ect.example.org",
    "SITE_URL": "https://ect.example.org/",
    "EMAIL_URL": "smtp+tls://user:secret@host:587",
    "DEFAULT_FROM_EMAIL": "ECT programme <ect@example.org>",
}


@pytest.fixture
def start(monkeypatch, tmp_path):
    """`start(NAME="value")` reads the settings file in that environment and nothing else."""

    def read(**environment):
        for name in (*REAL, "HTTPS", "DEMONSTRATION", "DATABASE_URL", "TRUSTED_PROXY", "DEBUG"):
            monkeypatch.delenv(name, raising=False)
        for name, value in {"VAR": str(tmp_path), **environment}.items():
            monkeypatch.setenv(name, value)
        return runpy.run_path(str(settings.BASE / "ectprogramme" / "settings.py"))

    return read


def refused(start, **environment):
    with pytest.raises(ImproperlyConfigured) as why:
        start(**environment)
    return str(why.value)


def test_all_that_is_missing_is_named_in_one_sentence(start):
    assert refused(start) == (
        "Set SECRET_KEY to 50 or more random characters, ALLOWED_HOSTS to the host names of this site, SITE_URL to its "
        "address, EMAIL_URL to the mail server, DEFAULT_FROM_EMAIL to the sender of its messages, or DEMONSTRATION=1 to "
        "try things out."
    )


@pytest.mark.parametrize("name", REAL)
@pytest.mark.parametrize("empty", [True, False])
def test_without_a_key_an_address_or_mail_it_does_not_start_and_says_what_to_set(start, name, empty):
    environment = {key: value for key, value in REAL.items() if key != name}
    assert refused(start, **environment, **({name: ""} if empty else {})).startswith(f"Set {name} to ")


def test_with_all_of_it_the_installation_starts(start):
    started = start(**REAL)
    assert started["ALLOWED_HOSTS"] == ["ect.example.org"]
    assert started["SITE_URL"] == "https://ect.example.org"
    assert started["EMAIL_HOST"] == "host"
    assert started["DEFAULT_FROM_EMAIL"] == "ECT programme <ect@example.org>"


def test_while_developing_a_key_is_enough(start):
    assert start(SECRET_KEY=RANDOM, DEBUG="1")["EMAIL_BACKEND"].endswith("filebased.EmailBackend")
    assert refused(start, DEBUG="1").startswith("Set SECRET_KEY to 50 or more random characters, or DEMONSTRATION=1")


def test_attempts_are_not_soon_forgotten_because_there_are_many(start):
    assert start(DEMONSTRATION="1")["CACHES"]["default"]["OPTIONS"]["MAX_ENTRIES"] >= 100_000


def test_its_folders_are_made_for_this_user_only(start, tmp_path):
    started = start(**REAL, VAR=str(tmp_path / "new" / "var"))
    assert {started[name].stat().st_mode & 0o777 for name in ("VAR", "PRIVATE")} == {0o700}


def test_a_folder_that_cannot_be_made_is_told_in_one_sentence(start, tmp_path):
    (tmp_path / "file").touch()
    why = refused(start, **REAL, VAR=str(tmp_path / "file" / "var"))
    assert why == f"Set VAR to a folder that can be made and written: {tmp_path / 'file' / 'var'}: Not a directory."


def test_a_folder_that_cannot_be_written_is_told_in_one_sentence(start, tmp_path, monkeypatch):
    monkeypatch.setattr(os, "access", lambda folder, how: False)
    assert refused(start, **REAL) == f"Set VAR to a folder that this user can write, or give them {tmp_path}."


def command(*arguments, **environment):
    """A command of an installation as it is typed: how it ended and all that it said."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    ended = subprocess.run(
        [sys.executable, *arguments], cwd=settings.BASE, env=kept | environment, capture_output=True, text=True
    )
    return ended.returncode, ended.stdout + ended.stderr


def test_a_real_installation_runs_its_commands(tmp_path):
    given = REAL | {"VAR": str(tmp_path / "var")}
    assert command("manage.py", "check", **given) == (0, "System check identified no issues (0 silenced).\n")


@pytest.mark.parametrize(("way_in", "code"), [(["manage.py", "migrate"], 1), (["-c", "import ectprogramme.wsgi"], 3)])
def test_what_is_missing_is_all_that_commands_and_web_server_say(way_in, code, tmp_path):
    given = REAL | {"VAR": str(tmp_path), "SECRET_KEY": ""}
    assert command(*way_in, **given) == (
        code,
        "Set SECRET_KEY to 50 or more random characters, or DEMONSTRATION=1 to try things out.\n",
    )


@pytest.mark.parametrize("key", ["short", "x" * 60])
def test_a_key_that_can_be_guessed_is_refused(start, key):
    with pytest.raises(ImproperlyConfigured, match="can be guessed"):
        start(**REAL | {"SECRET_KEY": key})


def test_a_demonstration_makes_its_key_once_and_keeps_it_to_itself(start, tmp_path):
    first = start(DEMONSTRATION="1")["SECRET_KEY"]
    assert start(DEMONSTRATION="1")["SECRET_KEY"] == first
    kept = tmp_path / "private" / "secret-key"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert len(first) > 50


def test_cookies_are_for_tls_only_unless_it_is_said_otherwise(start):
    strict = start(**REAL)
    assert (strict["SESSION_COOKIE_NAME"], strict["SESSION_COOKIE_SECURE"]) == ("__Host-session", True)
    assert strict["SECURE_HSTS_SECONDS"] >= 365 * 24 * 3600
    assert not start(**REAL, HTTPS="0")["SESSION_COOKIE_SECURE"]


def test_what_is_answered_as_saved_is_on_the_disk(start):
    assert "synchronous=FULL" in start(**REAL)["DATABASES"]["default"]["OPTIONS"]["init_command"]


def test_postgresql_mail_a_proxy_and_debugging_are_settings(start):
    given = start(**REAL, DATABASE_URL="postgres://user:secret@host/name", TRUSTED_PROXY="1", DEBUG="1")
    assert given["DATABASES"]["default"]["ENGINE"] == "django.db.backends.postgresql"
    assert "OPTIONS" not in given["DATABASES"]["default"]
    assert given["EMAIL_HOST"] == "host"
    assert given["SECURE_PROXY_SSL_HEADER"] == ("HTTP_X_FORWARDED_PROTO", "https")
    assert given["WHITENOISE_AUTOREFRESH"]


def test_a_demonstration_may_be_shown_without_tls_and_a_second_step(start):
    shown = start(DEMONSTRATION="1")
    assert not shown["HTTPS"]
    assert not shown["SECOND_FACTOR_REQUIRED"]
    assert start(**REAL)["SECOND_FACTOR_REQUIRED"]
