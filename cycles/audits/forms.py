"""The page on which the statements of a module are rated."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, cast

from django import forms
from django.http import QueryDict

from content.forms import AnswersForm, field_name
from content.sections import UNANSWERED
from cycles.forms import in_words
from ectprogramme import gov

from .models import Audit
from .workflow import STEPS

RADIOS = {"rating", "choice", "yes_no"}


class BeginForm(gov.Form):
    """The module whose audit begins, by a button in a list."""

    module = forms.SlugField(max_length=100)


class RatingForm(AnswersForm):
    """The rating at the start or at the end (`moment`). Nothing is required: what is missing is asked for when it is completed."""

    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, data: Any = None, *, audit: Audit, moment: str, autosave: str, only: Collection[str] | None = None
    ) -> None:
        super().__init__(
            data,
            sections=audit.sections,
            answers=audit.answers(moment),
            initial={"revision": audit.revision},
            only=only,
        )
        self.moment, self.autosave = moment, autosave
        for rating in audit.ratings():
            if field := self.fields.get(field_name(rating.key)):  # numbered as on the page of the audit
                field.label = f"{rating.number}. {field.label}"

    @property
    def helper(self) -> gov.FormHelper:
        return gov.FormHelper(
            *self.laid_out(),
            buttons=[
                gov.Button("Save", kind="secondary"),
                gov.Button(STEPS[f"complete_{self.moment}"].button, name="complete", value="1"),
            ],
            autosave=self.autosave,
            mark_optional=False,
        )

    @property
    def answers(self) -> dict[str, Any]:
        """What was sent and is valid, by key. Radios cannot be emptied, so one that is empty says nothing."""
        self.is_valid()
        cleaned = self.cleaned_data
        return {
            section["key"]: cleaned[name]
            for section in self.sections
            if (name := field_name(section["key"])) in cleaned
            and not (section["kind"] in RADIOS and cleaned[name] in UNANSWERED)
        }

    @property
    def unsaved(self) -> list[str]:
        """The labels of fields that are not saved, because what is in them is not valid."""
        return [str(self.fields[name].label) for name in self.errors]

    def ask_for(self, missing: Mapping[str, str]) -> None:
        """Errors beside the statements that are still to be rated."""
        for key, title in missing.items():
            self.add_error(field_name(key), f"Still to rate: {title}")

    def stand_on(self, stored: Audit) -> list[tuple[str, str]]:
        """What was saved meanwhile where it differs. Whoever has read that and saves again means what they chose."""
        data = cast(QueryDict, self.data).copy()
        data["revision"] = str(stored.revision)
        self.data = data
        return differing(self.sections, stored.answers(self.moment), self.answers)


def differing(
    sections: Sequence[Mapping[str, Any]], answers: Mapping[str, Any], others: Mapping[str, Any]
) -> list[tuple[str, str]]:
    """The answers that are not the other ones, in words by what was asked."""
    return [
        (section["title"], in_words(answers.get(section["key"])))
        for section in sections
        if in_words(answers.get(section["key"])) != in_words(others.get(section["key"]))
    ]
