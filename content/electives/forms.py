"""The forms of choosing an elective: why this one, and which one instead."""

from collections.abc import Iterable
from typing import Any

from django import forms

from content.forms import RevisionForm
from content.models import ElectiveChoice, Study
from ectprogramme import gov

LONG = 1000  # characters


class ReasonForm(gov.Form):
    reason = gov.TextAreaField(
        label="Why this one?",
        help_text="What your diagnostic reflection showed, in a sentence or two. Only you and your mentor read it.",
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
        self.fields["words"].label = "Why this one?" if is_ect else "A word to your ECT"

    @property
    def helper(self) -> gov.FormHelper:
        hints = {study.slug: f"{study.area or study.summary}" for study in self.electives}
        button = "Propose it to my mentor" if self.is_ect else "Suggest it to my ECT"
        return gov.FormHelper(gov.Field("study", hints=hints), "words", buttons=[gov.Button(button)])

    def both_versions(self, stored: ElectiveChoice) -> list[tuple[str, str]]:
        """What is stored, by label. Whoever has read it and sends the form again means what they typed."""
        self.stand_on(stored.revision)
        ect = stored.induction.ect
        return [
            ("Elective", f"{stored} ({stored.get_state_display().lower()})"),
            ("Your reason" if self.is_ect else f"{ect}’s reason", stored.reason),
            ("Your mentor’s word" if self.is_ect else "Your word", stored.word),
        ]
