"""Engaging with an expert: the states of a proforma, and every step from one to the next.

Mentor and ECT set a visit up, the ECT completes the proforma, and the two discuss it at their next meeting (`003`,
programme §6). Nothing leads back from there: what came of a visit is kept as it was discussed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import models

from people.permissions import Role

if TYPE_CHECKING:
    from .models import Proforma


class State(models.TextChoices):
    SET_UP = "set_up", "To be arranged"
    PLANNED = "planned", "Planned"
    COMPLETED = "completed", "Completed"
    DISCUSSED = "discussed", "Discussed"
    CANCELLED = "cancelled", "Cancelled"


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


def a_reason(proforma: "Proforma") -> str:
    return "" if proforma.cancel_reason else "Say why it will not take place."


def nothing(proforma: "Proforma") -> str:
    return ""


@dataclass(frozen=True)
class Step:
    """One way from state to state: who takes it, what it needs first, and its words on buttons and in lists."""

    start: frozenset[State]
    to: State
    who: frozenset[Role]
    done: str  # what somebody did who took it, in a list of what has happened
    button: str = ""  # empty for a step that follows by itself from what was saved
    needs: Callable[["Proforma"], str] = nothing
    link: str = ""  # in lists, when this is the next thing to do ...
    waits_for: Role | None = None  # ... and whose turn it then is


def _step(start: set[State], to: State, *who: Role, **rest) -> Step:
    return Step(frozenset(start), to, frozenset(who), **rest)


STEPS = {
    "plan": _step(
        {State.SET_UP}, State.PLANNED, Role.ECT, Role.MENTOR,
        done="arranged it", needs=a_day_and_an_expert, link="Arrange a day with an expert", waits_for=Role.ECT,
    ),
    "postpone": _step(
        {State.PLANNED}, State.SET_UP, Role.ECT, Role.MENTOR, done="put it off", needs=no_day_or_no_expert
    ),
    # also before it is planned: some visits come about before anybody has written their day down
    "complete": _step(
        {State.SET_UP, State.PLANNED}, State.COMPLETED, Role.ECT,
        done="completed it", button="Complete", needs=a_complete_proforma,
        link="Complete what you learnt from an expert", waits_for=Role.ECT,
    ),
    "discuss": _step(
        {State.COMPLETED}, State.DISCUSSED, Role.MENTOR,
        done="marked it as discussed", button="Mark as discussed",
        link="Discuss what your ECT learnt from an expert", waits_for=Role.MENTOR,
    ),
    "cancel": _step(
        {State.SET_UP, State.PLANNED}, State.CANCELLED, Role.ECT, Role.MENTOR,
        done="cancelled it", button="Cancel this visit", needs=a_reason,
    ),
}  # fmt: skip


def next_step(state: str) -> str | None:
    """The name of the step that a proforma in this state waits for; None when it has reached its end."""
    return next((name for name, step in STEPS.items() if step.link and state in step.start), None)


# What has happened beside the steps, in words.
DONE = {"set_up": "set it up", "attach_paper": "added a paper version", "remove_paper": "removed the paper version"}
DONE |= {name: step.done for name, step in STEPS.items()}
