"""What templates ask about meetings."""

from typing import Any

from django import template
from django.db.models import FilteredRelation, Q
from django.template import Context
from django.utils import timezone

from content.models import Cycle, CycleStep, Template
from content.reading import followers_of
from cycles.actions import nears_year_2
from cycles.models import Meeting
from cycles.permissions import RULES
from cycles.workflow import State
from people.models import Induction

register = template.Library()

Pairs = list[tuple[Induction, list[Meeting]]]


@register.simple_tag(takes_context=True)
def steps_with_meetings(context: Context, cycle: Cycle) -> list[tuple[CycleStep, Pairs]]:
    """The steps of a cycle as they were fetched; with each the inductions in which this person is ECT or mentor and has met
    for it, or plans to, or can plan to (then without a meeting)."""
    steps, met = list(cycle.steps.all()), dict[Induction, list[Any]]()
    for row in _inductions_by_meeting(context["user"], cycle, steps):
        met.setdefault(row, []).append(getattr(row, "its", None))
    near = {induction for induction in met if nears_year_2(induction, timezone.localdate())}
    return [(step, _pairs(step, met, near if _is_meeting(step) else set())) for step in steps]


def _is_meeting(step: CycleStep) -> bool:
    return any(template.kind == Template.Kind.MEETING for template in step.templates.all())


def _pairs(step: CycleStep, met: dict[Induction, list[Any]], can_plan: set[Induction]) -> Pairs:
    its = {
        induction: [meeting for meeting in meetings if meeting and meeting.cycle_step_id == step.pk]
        for induction, meetings in met.items()
    }
    return [(induction, meetings) for induction, meetings in its.items() if meetings or induction in can_plan]


def _inductions_by_meeting(user: Any, cycle: Cycle, steps: list[CycleStep]) -> Any:
    """A row for each meeting, and one for an induction without any: asked for at once, for a page that asks much else."""
    of_steps = Q(meetings__cycle_step__in=steps) & ~Q(meetings__state=State.CANCELLED)
    return (
        Induction.objects.in_reach(user, RULES["plan"])
        .filter(followers_of(cycle.programme_id))
        .annotate(its=FilteredRelation("meetings", condition=of_steps))
        .select_related("its")  # type: ignore[misc]  # a filtered relation, of which the plugin does not know
        .prefetch_related("patterns")
        .order_by("ect__name", "pk", "its__planned_for")
    )
