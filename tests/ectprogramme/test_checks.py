"""What is looked for before anything is done with the database or with secrets."""

import pytest
from django.core.checks import Tags, run_checks
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connections

from people.actions import add_person


def found():
    return [
        error for error in run_checks(tags=[Tags.database], databases=["default"]) if error.id == "ectprogramme.E001"
    ]


def test_people_of_the_demonstration_in_a_real_installation_are_named_with_what_to_do(cast, settings):
    settings.DEMONSTRATION = False
    [error] = found()
    assert "amira@ectprogramme.example, ben@ectprogramme.example" in error.msg
    assert "empty database" in error.hint
    with pytest.raises(SystemCheckError, match=r"ectprogramme\.E001"):
        call_command("migrate", skip_checks=False, verbosity=0)


def test_commands_that_look_into_no_database_run_all_the_same(settings):
    settings.DEMONSTRATION = False
    assert [error for error in run_checks() if error.id == "ectprogramme.E001"] == []


def test_the_demonstration_may_have_them(cast):
    assert found() == []


def test_real_people_are_nothing_to_complain_of(db, settings):
    settings.DEMONSTRATION = False
    add_person("head@real-school.example", "A real head")
    assert found() == []


def test_a_database_without_tables_is_no_fault(db, settings, monkeypatch):
    settings.DEMONSTRATION = False
    monkeypatch.setattr(connections["default"].introspection, "table_names", lambda: [])
    assert found() == []


@pytest.mark.parametrize(
    ("mode", "demonstration", "told"), [(0o700, False, 0), (0o750, False, 1), (0o755, False, 1), (0o755, True, 0)]
)
def test_a_folder_that_others_can_reach_is_told_where_people_are_real(settings, tmp_path, mode, demonstration, told):
    tmp_path.chmod(mode)
    settings.VAR, settings.DEMONSTRATION = tmp_path, demonstration
    found = [warning for warning in run_checks() if warning.id == "ectprogramme.W001"]
    assert len(found) == told
    assert all(f"its mode is {mode:o}" in warning.msg and "chmod 700" in warning.hint for warning in found)
