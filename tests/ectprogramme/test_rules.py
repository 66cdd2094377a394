"""The printed page of who may do what."""

import pytest
from django.core.management import CommandError, call_command

from ectprogramme import rules
from people.permissions import EVERY_STATE


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


def test_an_inductions_page_tells_who_sees_what():
    assert rules.who_sees() == [
        (
            "Reviews and formal assessments",
            "ECT (once it is released), induction tutor, headteacher, appropriate body officer (once it is submitted)",
        ),
        ("When reviews are due", "ECT, induction tutor, headteacher, appropriate body officer"),
        ("Meetings: the date, the focus and the action steps", "ECT, mentor, induction tutor, headteacher"),
        ("Meetings: the notes", "ECT, mentor"),
        ("Engage-with-an-expert proformas", "ECT, mentor"),
        ("Module audits that are complete", "ECT, mentor"),
        ("Reflections", "ECT, mentor (once it is shared)"),
        ("The learning log: actions, audits, and reflections as above", "ECT, mentor"),
        ("Electives, and why they were chosen", "ECT, mentor"),
        ("How far the reading has come", "ECT, mentor"),
        ("Which studies are done", "induction tutor, headteacher"),
        (
            "People, dates and working pattern",
            "ECT, mentor, induction tutor, headteacher, school administrator, appropriate body officer, programme "
            "administrator",
        ),
    ]


def test_whoever_sees_something_in_some_states_only_is_told_since_when_and_nobody_else():
    for what, row, since in rules.SEEN:
        assert since.keys() == {role for role, states in row.items() if states is not EVERY_STATE}, what


def test_every_step_of_every_subject_is_on_the_page():
    page = rules.page()
    for _, workflow, permissions in rules.SUBJECTS:
        for name in workflow.STEPS if workflow else ():
            assert f"| {name} |" in page
        for action in permissions.RULES:
            assert f"| {action} |" in page
