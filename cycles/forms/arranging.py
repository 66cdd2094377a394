"""When and where two people meet, and that they do not: planning, moving and cancelling a meeting."""

from datetime import date, datetime
from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format

from content.forms import RevisionForm
from content.models import CycleStep
from cycles.forms.days import check_planned, day
from cycles.models import Meeting
from ectprogramme import gov
from ectprogramme.clock import clock
from people.models import Induction


class WhenForm(gov.Form):
    """When and where the two meet."""

    planned_on = day(label="Date")
    planned_at = gov.TimeField(label="Time", help_text="For example, 3:30pm")
    place = forms.CharField(label="Place", max_length=140, required=False)

    def __init__(self, data: Any = None, *, induction: Induction, initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial)
        self.induction = induction

    def clean_planned_on(self) -> date:
        check_planned(self.induction, self.cleaned_data["planned_on"])
        return self.cleaned_data["planned_on"]

    @property
    def planned_for(self) -> datetime:
        return timezone.make_aware(datetime.combine(self.cleaned_data["planned_on"], self.cleaned_data["planned_at"]))


class MoveForm(WhenForm):
    """Another time or place for a meeting; `seen` tells which the page showed."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    helper = gov.FormHelper("planned_on", "planned_at", "place", buttons=[gov.Button("Move the meeting")])

    def __init__(self, data: Any = None, *, meeting: Meeting) -> None:
        super().__init__(data, induction=meeting.induction, initial=_when(meeting) | {"seen": meeting.arranged})

    def stand_on(self, stored: Meeting) -> list[tuple[str, str]]:
        """What is stored where it differs, by label. Whoever has read it and sends the form again means what they typed."""
        gov.show_again(self, seen=stored.arranged)
        when = _when(stored)
        said = {
            "planned_on": date_format(when["planned_on"], "j F Y"),
            "planned_at": clock(stored.planned_for),
            "place": stored.place,
        }
        theirs = [(str(self[name].label), text) for name, text in said.items() if when[name] != self.cleaned_data[name]]
        if stored.held_on:
            theirs.append(("Date on which you met, which moving takes out", date_format(stored.held_on, "j F Y")))
        return theirs


def _when(meeting: Meeting) -> dict[str, Any]:
    planned = timezone.localtime(meeting.planned_for)
    return {"planned_on": planned.date(), "planned_at": planned.time(), "place": meeting.place}


class StepChoice(forms.ModelChoiceField):
    def label_from_instance(self, step: CycleStep) -> str:
        return f"Cycle {step.cycle.number}, {step.title}"


class PlanForm(WhenForm):
    """The same and, where there are any to offer, for which step of a cycle."""

    cycle_step = StepChoice(None, label="Which meeting is it?", empty_label="A weekly meeting", required=False)

    def __init__(
        self, data: Any = None, *, induction: Induction, steps: QuerySet[CycleStep], initial: dict[str, Any]
    ) -> None:
        super().__init__(data, induction=induction, initial=initial)
        if steps:
            cast(StepChoice, self.fields["cycle_step"]).queryset = steps
        else:
            del self.fields["cycle_step"]

    @property
    def helper(self) -> gov.FormHelper:
        return gov.FormHelper(*self.fields, buttons=[gov.Button("Plan the meeting")])


class CancelForm(RevisionForm):
    reason = gov.TextAreaField(
        label="Why is the meeting not taking place?",
        help_text="Only the two of you see this.",
        max_length=500,
        rows=3,
        required=False,
    )
    helper = gov.FormHelper("reason", buttons=[gov.Button("Cancel the meeting", kind="warning")])
