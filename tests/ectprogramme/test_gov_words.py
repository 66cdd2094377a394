"""Values of fields in words: as they were typed, cleaned, or stored."""

from datetime import date, time

import pytest
from django import forms

from ectprogramme import gov


class Line(gov.Form):
    who = forms.CharField(required=False)
    when = gov.DateField(required=False)


CHOICES = [("a", "Apples"), ("b", "Bread")]
ROWS = [{"when": "2026-09-01", "who": "Sam"}, {"when": "", "who": ""}, {"who": "Ines"}]


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        (forms.CharField(), "One\r\ntwo", "One\ntwo"),
        (forms.CharField(), None, ""),
        (forms.IntegerField(), 45, "45"),
        (gov.DateField(), "2026-09-01", "1 September 2026"),
        (gov.DateField(), date(2026, 9, 1), "1 September 2026"),
        (gov.DateField(), ("31", "", "2026"), "31 2026"),
        (gov.TimeField(), "15:30:00", "3:30pm"),
        (gov.TimeField(), time(9, 5), "9:05am"),
        (gov.TimeField(), "soon", "soon"),
        (forms.ChoiceField(choices=CHOICES), "b", "Bread"),
        (forms.ChoiceField(choices=CHOICES), "c", "c"),
        (forms.MultipleChoiceField(choices=CHOICES), ["a", "b"], "Apples, Bread"),
        (forms.TypedChoiceField(choices=[(True, "Yes"), (False, "No")]), False, "No"),
        (gov.RowsField(Line), ROWS, "Sam: 1 September 2026\nInes"),
        (gov.RowsField(Line), [], ""),
        (forms.BooleanField(), True, "Yes"),
        (forms.BooleanField(), False, ""),
    ],
)
def test_a_value_is_told_as_the_page_shows_it(field, value, words):
    assert gov.in_words(field, value) == words


class Notes(gov.Form):
    on = gov.DateField(label="On")
    at = gov.TimeField(label="At")
    text = forms.CharField(label="Text", max_length=3)
    lines = gov.RowsField(Line, label="Lines", row_label="Line")
    shared = forms.BooleanField(label="Shared")
    revision = forms.IntegerField(widget=forms.HiddenInput)


def sent(**typed):
    return {"on-day": "1", "on-month": "9", "on-year": "2026", "at": "9.30", "text": "", "revision": "1", **typed}


@pytest.mark.parametrize("button", [{}, {"lines-add": "1"}])
def test_what_was_typed_is_given_back_right_or_wrong_unless_it_is_stored(button):
    rows = {"lines-0-who": "Ines", "lines-2-who": "Sam", "lines-2-when-day": "31", "lines-3-who": "Una"}
    typed = sent(text="Long", at="9", shared="on", **rows)

    assert gov.typed(Notes(typed | button), {"on": "2026-09-01", "lines": [{"who": "Ines"}, {"who": "Ben"}]}) == [
        ("At", "9"), ("Text", "Long"), ("Lines, line 2", "Who: Sam\nWhen: 31"), ("Lines, line 3", "Who: Una"),
        ("Shared", "Yes"),
    ]  # fmt: skip
    assert gov.typed(Notes(sent() | button)) == [("On", "1 September 2026"), ("At", "9:30am")]


class Reordered(Notes):
    helper = gov.FormHelper("text", gov.Fieldset("When", "at", "on"))


def test_what_was_typed_is_given_back_in_the_order_of_the_page():
    assert [label for label, _ in gov.typed(Reordered(sent(text="No")))] == ["Text", "At", "On"]
