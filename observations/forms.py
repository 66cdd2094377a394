"""What a proforma asks: its arrangements, what came of it, a paper version of it, or why it will not take place."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any, cast

from crispy_forms.layout import LayoutObject
from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Q
from django.template import Context
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from content.answers import FIELD, Conflict, seen, seen_in
from content.forms import AnswersForm, RevisionForm, SectionField
from cycles.models import ActionStep
from ectprogramme import gov
from people.models import Induction

from .models import Kind, Proforma

LONG = 2000  # characters


def expert(who: str) -> forms.CharField:
    return forms.CharField(
        label="Expert colleague",
        help_text=f"{who}. Only the ECT and the mentor see this name.",
        max_length=140,
        required=False,
    )


def day(label: str, hint: str = "") -> gov.DateField:
    """A day that a person may still be going to fill in; years of another century are slips."""
    years = [
        MinValueValidator(date(2000, 1, 1), "Year must be 2000 or later"),
        MaxValueValidator(date(2099, 12, 31), "Year must be before 2100"),
    ]
    return gov.DateField(label=label, help_text=hint, required=False, validators=years)


class Seen(LayoutObject):
    """The hidden fields that tell what the page was made from: see content.answers."""

    fields: list[str] = []

    def __init__(self, digests: Mapping[str, str]) -> None:
        self.digests = digests

    def render(self, form: forms.BaseForm, context: Context, template_pack: str = "gov", **looks: Any) -> SafeString:
        return hidden(self.digests)


def hidden(digests: Mapping[str, str], *, swapped: bool = False) -> SafeString:
    """`swapped`: they take the place of those on a page that was saved as it was typed."""
    swap = format_html(' hx-swap-oob="{}"', "true") if swapped else ""
    return format_html_join(
        "",
        '<input type="hidden" name="{0}{1}" id="id_{0}{1}" value="{2}"{3}>',
        ((FIELD, name, digest, swap) for name, digest in digests.items()),
    )


class SeenForm(gov.Form):
    """A form that two people, or two windows, may have open at once."""

    seen: dict[str, str]

    def made_from(self, values: Mapping[str, Any]) -> None:
        """The page is made from these values, or was when it was sent."""
        self.seen = seen_in(self.data) if self.is_bound else seen(values)

    @property
    def values(self) -> dict[str, Any]:
        """What was typed and is valid, by field."""
        self.is_valid()
        return dict(getattr(self, "cleaned_data", {}))

    def both_versions(self, conflicts: Iterable[Conflict]) -> list[tuple[str, str]]:
        """What is stored where it differs, by label. Whoever has read it and saves again means what they typed."""
        self.seen |= seen({conflict.key: conflict.theirs for conflict in conflicts})
        return [
            (str(self[conflict.key].label), gov.in_words(self.fields[conflict.key], conflict.theirs))
            for conflict in conflicts
        ]


class ArrangementsForm(SeenForm):
    """Who, when, and what to look out for. All but the focus may follow later.

    Optional is what never has to be there: the day and the expert do in the end, and a focus or an action step.
    """

    expert_name = expert("Who you will learn from; you can add this later")
    planned_on = day("Day", "You can add this later.")
    planned_at = gov.TimeField(label="Time", help_text="For example, 9:30am", required=False)
    action_step = forms.ModelChoiceField(
        ActionStep.objects.none(), label="Action step that it serves", empty_label="None of these", required=False
    )
    focus = gov.TextAreaField(
        label="Focus",
        help_text="What you want to get better at, in a sentence or two. It can stay empty if you have chosen an action step. "
        "You can copy it to send to the expert.",
        max_length=LONG,
        rows=3,
        required=False,
    )
    to_notice = gov.TextAreaField(
        label="What to notice or learn",
        help_text="What to watch or listen for, or the questions to ask.",
        max_length=LONG,
        required=False,
    )

    def __init__(self, data: Any = None, *, induction: Induction, proforma: Proforma | None = None) -> None:
        values = proforma.arrangements() if proforma else {}
        initial = {name: getattr(proforma, name) for name in values}
        super().__init__(data, initial=initial)
        self.made_from(values)
        in_hand = Q(state=ActionStep.State.ACTIVE) | Q(pk=values.get("action_step"))
        choice = cast(forms.ModelChoiceField, self.fields["action_step"])
        choice.queryset = ActionStep.objects.filter(in_hand, induction=induction).exclude(text="").order_by("-pk")

    @property
    def helper(self) -> gov.FormHelper:
        return gov.FormHelper(
            "expert_name",
            "planned_on",
            gov.Field("planned_at", mark_optional=True),
            "action_step",
            "focus",
            gov.Field("to_notice", mark_optional=True),
            Seen(self.seen),
            buttons=[gov.Button("Save the arrangements")],
            mark_optional=False,
        )

    def clean(self) -> dict[str, Any]:
        super().clean()
        values = self.cleaned_data
        if values.get("planned_at") and not values.get("planned_on") and "planned_on" not in self.errors:
            self.add_error("planned_on", "Enter the day that goes with this time")
        if not values.get("focus") and not values.get("action_step"):
            self.add_error("focus", "Say what the focus is, or choose an action step")
        return values


class SetUpForm(ArrangementsForm):
    """The arrangements of a new proforma, and which of the two kinds it is."""

    kind = forms.TypedChoiceField(label="How?", choices=Kind.choices, coerce=Kind, widget=forms.RadioSelect)

    @property
    def helper(self) -> gov.FormHelper:
        hints = {
            Kind.OBSERVATION: "You watch part of a lesson and note what the teacher does and what it does for pupils.",
            Kind.DISCUSSION: "You ask a colleague how they do something, and why it works.",
        }
        helper = super().helper
        helper.layout.fields.insert(0, gov.Field("kind", hints=hints))
        return helper


class ProformaForm(SeenForm, AnswersForm):
    """What came of it. It can be saved with any answer missing; `add_missing` asks for those when it is completed.

    Once the planned day is here, it stands as the day on which it took place. It is stored with the first save of the whole
    form, so when it is completed: a save of something else as it is typed says nothing of the day.
    """

    expert_name = expert("Who you learnt from")
    happened_on = day("When it took place")

    def __init__(
        self, data: Any = None, *, proforma: Proforma, autosave: str, only: Collection[str] | None = None
    ) -> None:
        self.proforma, self.autosave = proforma, autosave
        super().__init__(
            data,
            sections=proforma.sections,
            answers=proforma.answers,
            initial={"expert_name": proforma.expert_name, "happened_on": proforma.presumed_day},
            only=only,
        )
        self.made_from(proforma.written())

    @property
    def helper(self) -> gov.FormHelper:
        needed = self.proforma.needed
        return gov.FormHelper(
            "expert_name",
            "happened_on",
            *(SectionField(section, mark_optional=section["key"] not in needed) for section in self.sections),
            Seen(self.seen),
            buttons=[gov.Button("Complete", name="complete", value="1"), gov.Button("Save", kind="secondary")],
            autosave=self.autosave,
            mark_optional=False,
        )

    def clean_happened_on(self) -> date | None:
        happened_on = self.cleaned_data["happened_on"]
        if happened_on and happened_on > timezone.localdate():
            raise forms.ValidationError("When it took place must be today or in the past")
        return happened_on

    def add_missing(self, missing: Mapping[str, str]) -> None:
        """Asks for what is still needed, beside the fields."""
        for name, title in missing.items():
            self.add_error(name, f"Fill in “{title}” to complete the proforma")


class PaperForm(gov.Form):
    paper = gov.UploadField(
        label="Scan or photograph",
        help_text="A PDF, a Word document, an Excel workbook, a PNG or a JPG.",
    )

    helper = gov.FormHelper(buttons=[gov.Button("Upload")])


class CancelForm(RevisionForm):
    reason = gov.TextAreaField(
        label="Why will it not take place?",
        help_text="Do not write anything private about the expert here.",
        max_length=500,
        rows=3,
        required=False,
    )

    helper = gov.FormHelper("reason", buttons=[gov.Button("Cancel this visit", kind="warning")])
