"""Sections become fields, and what is typed becomes JSON."""

import json

import pytest
from crispy_forms.utils import render_crispy_form
from django import forms

from content.forms import FIELDS, LONGEST, AnswersForm
from content.sections import KINDS


def section(key, kind, **more):
    blank = {
        "hint": "",
        "prompts": [],
        "needed": False,
        "private": False,
        "minutes": None,
        "columns": [],
        "options": [],
    }
    return {"key": key, "title": key.replace("_", " ").capitalize(), "kind": kind, **blank, **more}


COLUMNS = [{"key": "what", "title": "What"}, {"key": "effect", "title": "Effect"}]
SECTIONS = [
    section("notes", "text", needed=True, hint="A few words.", prompts=["Who <i>talks</i>?"], minutes=5),
    section("log", "rows", needed=True, columns=COLUMNS),
    section("met", "yes_no", needed=True),
    section("checks", "checklist", needed=True, options=["Seen", "Small"]),
    section("mood", "choice", needed=True, options=["Up", "Down"]),
]
TYPED = {
    "answer_notes": "Two\r\nlines",
    "answer_log-0-what": "Asked",
    "answer_log-0-effect": "They spoke",
    "answer_met": "False",
    "answer_checks": ["Seen"],
    "answer_mood": "Up",
}
ANSWERS = {
    "notes": "Two\nlines",
    "log": [{"what": "Asked", "effect": "They spoke"}],
    "met": False,
    "checks": ["Seen"],
    "mood": "Up",
}


def html(form):
    return render_crispy_form(form)


def answers(form):
    """What was typed into the sections, by their keys, where it is valid."""
    form.is_valid()
    return {key: form.cleaned_data[f"answer_{key}"] for key in ANSWERS if f"answer_{key}" in form.cleaned_data}


def test_every_kind_of_section_has_a_field():
    assert FIELDS.keys() == KINDS.keys()


def test_what_is_typed_becomes_json_by_the_keys_of_the_sections():
    form = AnswersForm(TYPED, sections=SECTIONS, answers={})
    assert form.is_valid()
    assert answers(form) == ANSWERS
    assert json.loads(json.dumps(answers(form))) == ANSWERS


def test_nothing_has_to_be_answered_to_save():
    form = AnswersForm({}, sections=SECTIONS, answers={})
    assert form.is_valid()
    assert answers(form) == {"notes": "", "log": [], "met": None, "checks": [], "mood": ""}


def test_a_form_that_nobody_has_sent_has_the_answers_as_they_were():
    page = html(AnswersForm(sections=SECTIONS, answers=ANSWERS))
    assert ">Two\nlines</textarea>" in page
    assert ">They spoke</textarea>" in page
    assert page.count(" checked") == 3
    assert 'value="False" checked' in page


def test_what_is_not_valid_is_no_answer_and_hinders_no_other():
    form = AnswersForm(TYPED | {"answer_mood": "Sideways"}, sections=SECTIONS, answers={"mood": "Down"})
    assert not form.is_valid()
    assert answers(form) == {key: answer for key, answer in ANSWERS.items() if key != "mood"}


def test_an_answer_that_is_too_long_is_refused_and_told():
    form = AnswersForm({"answer_notes": "x" * (LONGEST + 1)}, sections=SECTIONS, answers={})
    assert form.errors["answer_notes"] == ["Shorten this to 20000 characters or fewer: it has 20001"]


def test_adding_a_row_keeps_what_was_typed():
    form = AnswersForm(TYPED | {"answer_log-add": "1"}, sections=SECTIONS, answers={})
    assert not form.is_valid()
    page = html(form)
    assert ">They spoke</textarea>" in page
    assert 'name="answer_log-1-what"' in page


def test_a_section_shows_its_hint_its_minutes_and_its_prompts_a_tap_away():
    page = html(AnswersForm(sections=SECTIONS, answers={}))
    assert "About 5 minutes. A few words." in page
    assert page.count("<details") == 1
    assert "Prompts: Notes" in page


def test_html_in_a_pack_is_text():
    wild = "<script>alert(1)</script>"
    columns = [{"key": "what", "title": wild}]
    sections = [
        section("notes", "text", title=wild, hint=wild, prompts=[wild]),
        section("log", "rows", title=wild, hint=wild, columns=columns),
        section("mood", "choice", title=wild, options=[wild]),
        section("checks", "checklist", title=wild, options=[wild]),
    ]
    page = html(AnswersForm(sections=sections, answers={}))
    assert "<script>" not in page
    assert "Who <i>talks" not in page
    assert page.count("&lt;script&gt;") >= 10


class WithOwnFields(AnswersForm):
    notes = forms.CharField(initial="mine")
    seen_on = forms.CharField()
    goes = forms.CharField()


def test_a_forms_own_fields_stand_after_their_section_or_last():
    form = WithOwnFields(sections=SECTIONS, answers={"notes": "theirs"}, initial={"goes": "left"})
    laid_out = form.laid_out(met=["seen_on"], no_such_section=["goes"])
    assert [item if isinstance(item, str) else item.fields[0] for item in laid_out] == [
        "answer_notes",
        "answer_log",
        "answer_met",
        "seen_on",
        "answer_checks",
        "answer_mood",
        "goes",
    ]
    assert [form[name].value() for name in ("notes", "answer_notes", "goes")] == ["mine", "theirs", "left"]


def test_a_section_never_takes_the_place_of_a_forms_own_field():
    form = WithOwnFields(TYPED | {"notes": "own", "seen_on": "a", "goes": "b"}, sections=SECTIONS, answers={})
    assert form.is_valid()
    assert form.cleaned_data["notes"] == "own"
    assert answers(form) == ANSWERS


@pytest.mark.parametrize(("typed", "answer"), [("True", True), ("False", False), ("", None)])
def test_yes_no_and_nothing_are_three_answers(typed, answer):
    form = AnswersForm({"answer_met": typed}, sections=[SECTIONS[2]], answers={})
    assert answers(form) == {"met": answer}
