"""The printed page of who may do what."""

import pytest
from django.core.management import CommandError, call_command

from ectprogramme import rules


@pytest.fixture
def docs(settings, tmp_path):
    settings.BASE = tmp_path
    (tmp_path / "docs").mkdir()
    return tmp_path / "docs" / "rules.md"


def test_the_page_is_written_and_then_up_to_date(docs):
    call_command("printrules")
    call_command("printrules", "--check")
    assert docs.read_text() == rules.page()


def test_a_page_that_is_missing_or_stale_is_told(docs):
    with pytest.raises(CommandError, match="is not what the tables say"):
        call_command("printrules", "--check")
    docs.write_text("old")
    with pytest.raises(CommandError):
        call_command("printrules", "--check")


def test_the_page_tells_who_may_sign_and_that_mentors_may_not_read_reviews():
    page = rules.page()
    reviews = page.split("## Progress reviews")[1].split("## Meetings")[0]
    assert "| sign_as_head | Headteacher | `tutor_signed` | `submitted` (formal assessments only) |" in reviews
    row = next(line for line in reviews.splitlines() if line.startswith("| read |"))
    assert row.split("|")[3:6] == [
        " `commented`, `ect_signed`, `released`, `reviewed`, `submitted`, `tutor_signed` ", " – ", " always ",
    ]  # fmt: skip


def test_every_step_of_every_subject_is_on_the_page():
    page = rules.page()
    for _, workflow, permissions in rules.SUBJECTS:
        for name in workflow.STEPS if workflow else ():
            assert f"| {name} |" in page
        for action in permissions.RULES:
            assert f"| {action} |" in page
