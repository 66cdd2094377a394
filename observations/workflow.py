"""Engaging with an expert: the states of a proforma, and every step from one to the next.

Mentor and ECT set a visit up, the ECT completes the proforma, and the two discuss it at their next meeting (`003`,
programme §6). Until then the ECT may go back to writing; nothing leads back from there: what came of a visit is kept as it
was discussed.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import models

from people import workflow
from people.permissions import Role

if TYPE_CHECKING:
    from .models import Proforma


class State(models.TextChoices):
    SET_UP = "set_up", "To be arranged"
    PLANNED = "planned", "Planned"
    COMPLETED = "completed", "Completed"
    DISCUSSED = "discussed", "Discussed"
    CANCELLED = "cancelled", "Cancelled"


PAIR = frozenset({Role.ECT, Role.MENTOR})
OPEN = frozenset({State.SET_UP, State.PLANNED})  # still to happen, or to be written up


def a_day_and_an_expert(proforma: "Proforma") -> str:
    """Who it is with and on which day; the time of day may follow."""
    return "" if proforma.is_arranged else "Say who the expert is and on which day you will meet."


def no_day_or_no_expert(proforma: "Proforma") -> str:
    return "There is a day and an expert still." if proforma.is_arranged else ""


def a_complete_proforma(proforma: "Proforma") -> str:
    """What the ECT still has to answer."""
    missing = proforma.missing()
    return f"Still to answer: {', '.join(missing.values())}." if missing else ""


@dataclass(frozen=True, kw_only=True)
class Step(workflow.Step):
    waits_for: Role | None = None  # whose turn it is when this is the next thing to do


STEPS = {
    "plan": Step(
        {State.SET_UP}, State.PLANNED, PAIR,
        done="arranged it", needs=a_day_and_an_expert, link="Arrange a day with an expert", waits_for=Role.ECT,
    ),
    "postpone": Step(
        {State.PLANNED}, State.SET_UP, PAIR, done="put it off", needs=no_day_or_no_expert
    ),
    # also before it is planned: some visits come about before anybody has written their day down
    "complete": Step(
        {State.SET_UP, State.PLANNED}, State.COMPLETED, {Role.ECT},
        done="completed it", button="Complete", needs=a_complete_proforma,
        link="Write up what you learnt from an expert", waits_for=Role.ECT,
    ),
    "reopen": Step(
        {State.COMPLETED}, State.PLANNED, {Role.ECT}, done="opened it again", button="Change what you wrote"
    ),
    "discuss": Step(
        {State.COMPLETED}, State.DISCUSSED, {Role.MENTOR},
        done="marked it as discussed", button="Mark as discussed",
        link="Discuss what your ECT learnt from an expert", waits_for=Role.MENTOR,
    ),
    "cancel": Step(
        {State.SET_UP, State.PLANNED}, State.CANCELLED, PAIR,
        done="cancelled it", button="Cancel this visit",
    ),
}  # fmt: skip


VISIT = "Visit an expert"  # in lists, until its day is over, in place of writing up what came of it


def next_step(state: str) -> str | None:
    """The name of the step that a proforma in this state waits for; None when it has reached its end."""
    return next((name for name, step in STEPS.items() if step.link and state in step.start), None)


# What has happened beside the steps, in words.
DONE = {"set_up": "set it up", "attach_paper": "added a paper version", "remove_paper": "removed the paper version"}
DONE |= {name: step.done for name, step in STEPS.items()}
