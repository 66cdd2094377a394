"""An action of the ECT's own, and what to show of a log."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.formats import date_format

from content.models import Standard, Statement
from cycles.forms import day
from ectprogramme import gov

from .entries import Entry, Kind
from .models import WRITTEN, LearningAction


def standards() -> list[tuple[str, str]]:
    return [(one.code, str(one)) for one in Standard.objects.current()]


class ActionForm(gov.Form):
    """What the ECT will do, what for, and by when."""

    text = gov.TextAreaField(
        label="What will you do?",
        help_text="In your own words. Small enough that you can say when it is done. Write nothing that identifies a pupil.",
        max_length=1000,
        rows=3,
    )
    what_for = gov.TextAreaField(label="What is it for?", max_length=1000, rows=3, required=False)
    by_when = day(label="By when?", help_text="It comes to your home page a week before.", required=False)
    standard = forms.ChoiceField(label="Teachers' Standard that it belongs to", required=False)
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, initial: Mapping[str, Any], revision: int = 0, button: str) -> None:
        super().__init__(data, initial={**initial, "revision": revision})
        self.fields["standard"].choices = [("", "None of these"), *standards()]  # type: ignore[attr-defined]
        self.button = button

    @property
    def helper(self) -> gov.FormHelper:
        return gov.FormHelper(*WRITTEN, buttons=[gov.Button(self.button)])

    @property
    def written(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in WRITTEN}

    def stand_on(self, stored: LearningAction) -> list[tuple[str, str]]:
        """What was saved meanwhile where it differs. Whoever has read that and saves again means what they typed."""
        data = cast(QueryDict, self.data).copy()
        data["revision"] = str(stored.revision)
        self.data = data
        return [
            (str(self[name].label), _in_words(value))
            for name, value in stored.written().items()
            if value != self.cleaned_data[name]
        ]


def _in_words(value: str | date | None) -> str:
    return date_format(value, "j F Y") if isinstance(value, date) else value or ""


class FilterForm(gov.Form):
    """Which entries to show. Standards and statements are offered where there are entries about them; what is none of the
    choices is passed over."""

    kind = forms.ChoiceField(label="Kind", required=False)
    standard = forms.ChoiceField(label="Teachers' Standard", required=False)
    statement = forms.ChoiceField(label="Framework statement", required=False)
    words = forms.CharField(label="Words", max_length=100, required=False)

    def __init__(self, data: Any, *, entries: Iterable[Entry]) -> None:
        super().__init__(data)
        found = list(entries)
        codes = {code for entry in found for code in entry.codes}
        about = {code for entry in found for code in entry.standards}
        texts = {one.code: str(one) for one in Statement.objects.filter(code__in=codes)}
        for name, everything, choices in [
            ("kind", "All kinds", Kind.choices),
            ("standard", "All standards", [choice for choice in standards() if choice[0] in about]),
            ("statement", "All statements", [(code, texts.get(code, code)) for code in sorted(codes)]),
        ]:
            self.fields[name].choices = [("", everything), *choices]  # type: ignore[attr-defined]

    @property
    def helper(self) -> gov.FormHelper:
        helper = gov.FormHelper(
            *self.fields, buttons=[gov.Button("Apply filter", kind="secondary")], mark_optional=False
        )
        helper.form_method = "get"
        return helper

    @property
    def chosen(self) -> dict[str, str]:
        """What to show, by field; empty for all of it."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    def of(self, entries: Iterable[Entry]) -> list[Entry]:
        """The entries to show."""
        kind, standard, statement, words = (self.chosen.get(name, "") for name in self.fields)
        return [
            entry
            for entry in entries
            if kind in ("", entry.kind)
            and (not standard or standard in entry.standards)
            and (not statement or statement in entry.codes)
            and entry.says(words)
        ]

    def in_words(self) -> list[tuple[str, str]]:
        """What is shown, for a heading: label and choice."""
        chosen = []
        for name, value in self.chosen.items():
            choices = dict(getattr(self.fields[name], "choices", ()))
            chosen.append((str(self.fields[name].label), str(choices.get(value, value))))
        return chosen
