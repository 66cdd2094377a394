"""The forms of choosing an elective: why this one, and which one instead."""

from collections.abc import Iterable
from typing import Any

from django import forms

from content.forms import RevisionForm
from content.models import ElectiveChoice, Study
from ectprogramme import gov
from people.workflow import Step

from .workflow import State

LONG = 1000  # characters


class ReasonForm(gov.Form):
    reason = gov.TextAreaField(
        label="Why this one?",
        help_text="What you want to get better at, and how you know: from the audit of the module, for example. "
        "Only you and your mentor can read this.",
        max_length=LONG,
        rows=4,
    )

    helper = gov.FormHelper(buttons=[gov.Button("Propose it to my mentor")])


class OtherElectiveForm(RevisionForm):
    """Another elective in place of this one; the ECT may also stay with it and give another reason."""

    study = forms.ModelChoiceField(
        Study.objects.none(), label="Which elective?", to_field_name="slug", empty_label=None, widget=forms.RadioSelect
    )
    words = gov.TextAreaField(label="Why?", max_length=LONG, rows=4)

    def __init__(self, data: Any = None, *, electives: Iterable[Study], is_ect: bool, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.electives, self.is_ect = list(electives), is_ect
        pks = [study.pk for study in self.electives]
        self.fields["study"].queryset = Study.objects.filter(pk__in=pks)  # type: ignore[attr-defined]
        self.fields["words"].label = "Why this one?" if is_ect else "Comment for your ECT"

    @property
    def helper(self) -> gov.FormHelper:
        hints = {study.slug: f"{study.area or study.summary}" for study in self.electives}
        button = "Propose it to my mentor" if self.is_ect else "Suggest it to my ECT"
        return gov.FormHelper(gov.Field("study", hints=hints), "words", buttons=[gov.Button(button)])


class LastWordForm(RevisionForm):
    """Why an elective is not agreed to, or withdrawn; whoever withdraws what they put forward need not say."""

    words = gov.TextAreaField(
        label="Why?", help_text="It is shown beside the elective, and is not in the email.", max_length=LONG, rows=4
    )

    def __init__(self, data: Any = None, *, step: Step, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        needed = step.to == State.DECLINED
        self.fields["words"].required = needed
        self.fields["words"].label = "Why not?" if needed else "Why?"
        self.helper = gov.FormHelper("words", buttons=[gov.Button(step.button)])


def as_stored(choice: ElectiveChoice, is_ect: bool) -> list[tuple[str, str]]:
    """What is stored, by label, for whoever has sent a form that was made from something else."""
    return [
        ("Elective", f"{choice} ({choice.get_state_display().lower()})"),
        ("Your reason" if is_ect else f"{choice.induction.ect}’s reason", choice.reason),
        ("Your mentor’s comment" if is_ect else "Your comment", choice.word),
    ]
