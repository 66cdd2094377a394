"""What is looked for in the database before it is used."""

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
