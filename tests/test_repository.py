"""What holds for the files of the repository themselves."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest
from django.conf import settings

BASE = settings.BASE
IGNORED = [".git", *(line.rstrip("/") for line in (BASE / ".gitignore").read_text().split())]

# Written so that this file is not itself a find
REGISTRIES = re.compile(
    r"(?:pypi|pythonhosted|npmjs|yarnpkg|jsdelivr|unpkg|nodesource|crates)\.(?:org|com|net|io)"
    r"|(?:deb|snapshot|security|ftp)\.debian\.org"
    r"|registry\.[a-z]+\.(?:org|com)"
)
MACHINE_PATHS = re.compile(r"(?<![\w.\-/}])/(?:work|root|home|opt|Users)/\w")


def texts(folder: Path = BASE) -> Iterator[tuple[str, str]]:
    """Every text file that is or could be committed, with its path."""
    for path in sorted(folder.iterdir()):
        if any(fnmatch(path.name, pattern) for pattern in IGNORED):
            continue
        if path.is_dir():
            yield from texts(path)
            continue
        try:
            yield str(path.relative_to(BASE)), path.read_text()
        except UnicodeDecodeError:
            continue  # a picture or a typeface


@pytest.mark.parametrize("pattern", [REGISTRIES, MACHINE_PATHS], ids=["registry", "path"])
def test_no_file_names_a_package_registry_or_a_folder_of_one_machine(pattern):
    found = [f"{name}: {match.group()}" for name, text in texts() for match in pattern.finditer(text)]
    assert found == []


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (REGISTRIES, "https://registry.npmjs" + ".org/sass"),
        (REGISTRIES, "--index-url https://pypi" + ".org/simple"),
        (REGISTRIES, "deb http://deb" + ".debian.org/debian bookworm main"),
        (MACHINE_PATHS, "see /ho" + "me/someone/notes"),
    ],
)
def test_such_names_would_be_found(pattern, text):
    assert pattern.search(text)


def test_every_row_is_taken_in_turn_without_its_key():
    """A plain lock stops whoever only refers to the row, and with the list of events the two wait for each other."""
    apps = ["people", "content", "cycles", "observations", "reviews"]
    locks = [
        f"{name}: {lock}"
        for app in apps
        for name, text in texts(BASE / app)
        for lock in re.findall(r"select_for_update\(.*?\)", text)
    ]
    assert len(locks) > 20
    assert [lock for lock in locks if "(no_key=True" not in lock] == []


def test_a_lock_names_versions_and_hashes_and_no_address():
    for path in (BASE / "requirements").iterdir():
        assert "://" not in path.read_text(), path.name
    assert '"resolved"' not in (BASE / "package-lock.json").read_text()


def lock_check(checkout: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, checkout / "tools" / "lock", "--check"]
    return subprocess.run(command, capture_output=True, text=True)


def test_the_locks_are_those_of_the_dependencies_in_pyproject():
    checked = lock_check(BASE)
    assert (checked.returncode, checked.stderr) == (0, "")


def test_a_dependency_that_was_added_without_locking_is_told(tmp_path):
    for name in ("requirements", "tools"):
        shutil.copytree(BASE / name, tmp_path / name)
    pyproject = (BASE / "pyproject.toml").read_text()
    added = pyproject.replace("dependencies = [", 'dependencies = [\n  "another~=1.0",', 1)
    (tmp_path / "pyproject.toml").write_text(added)
    checked = lock_check(tmp_path)
    assert checked.returncode == 1
    assert checked.stderr == "Run tools/lock: pyproject.toml has changed since base.txt, boot.txt, dev.txt was made.\n"


@pytest.mark.parametrize("script", ["run", "test", "tools/setup", ".ci/run"])
def test_each_command_is_a_program_in_plain_shell(script):
    path = BASE / script
    assert path.stat().st_mode & 0o111
    assert path.read_text().startswith("#!/bin/sh\n")
    assert subprocess.run(["sh", "-n", path]).returncode == 0


# Signing out, and in as somebody of the demonstration, is anybody's to do; a form that is sent again has it among its fields.
ANYBODYS = {"templates/account/logout.html", "templates/personas.html", "templates/403_session.html"}


def test_every_form_says_who_has_opened_it():
    """So that nothing is done as somebody else's who has signed in since."""
    tokens = [
        (name, after) for name, text in texts(BASE / "templates") for after in re.findall(r"{% csrf_token %}(.*)", text)
    ]
    assert len(tokens) > 20
    assert {name for name, after in tokens if not after.startswith("{% opened_by %}")} == ANYBODYS
