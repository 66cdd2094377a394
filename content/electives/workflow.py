"""Choosing an elective: the states of a choice, and every step from one to the next.

An elective follows from the diagnostic reflection and the mentor's agreement (`000`, `001`). Either of the two can change
their mind until the ECT has ticked a section of it as done; to look inside is not to begin.
"""

from collections.abc import Callable, Set
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import models

from people.permissions import Role

if TYPE_CHECKING:
    from content.models import ElectiveChoice


class State(models.TextChoices):
    PROPOSED = "proposed", "Proposed by the ECT"
    SUGGESTED = "suggested", "Suggested by the mentor"
    AGREED = "agreed", "Agreed"
    WITHDRAWN = "withdrawn", "Withdrawn"


OPEN = frozenset({State.PROPOSED, State.SUGGESTED, State.AGREED})  # one for each elective; the others are kept


def nothing(choice: Any) -> str:
    """What a step needs that can be taken at once."""
    return ""


def an_elective_not_begun(choice: "ElectiveChoice") -> str:
    return "The ECT has begun this elective, so it stays as it was agreed." if choice.begun else ""


@dataclass(frozen=True)
class Step:
    """One way from state to state: who takes it, what it needs first, and its words."""

    start: Set[State]
    to: State
    who: Set[Role]
    button: str
    done: str  # what the other of the two is told
    needs: Callable[["ElectiveChoice"], str] = nothing


ECT, MENTOR = frozenset({Role.ECT}), frozenset({Role.MENTOR})

# The first proposal makes the choice; "propose" and "suggest" also change which elective it is.
STEPS = {
    "propose": Step(
        OPEN, State.PROPOSED, ECT, "Propose another", "has proposed an elective to you", an_elective_not_begun
    ),
    "agree": Step({State.PROPOSED}, State.AGREED, MENTOR, "Agree", "has agreed to the elective that you proposed"),
    "suggest": Step(
        OPEN, State.SUGGESTED, MENTOR, "Suggest another", "has suggested another elective", an_elective_not_begun
    ),
    "accept": Step({State.SUGGESTED}, State.AGREED, ECT, "Agree", "has agreed to the elective that you suggested"),
    "withdraw": Step(
        OPEN, State.WITHDRAWN, ECT | MENTOR, "Leave it out", "has left an elective out", an_elective_not_begun
    ),
}  # fmt: skip
CHANGES = ("propose", "suggest")  # by a form of their own

# Whose turn it is, and what the next thing to do is called
WAITS = {
    State.PROPOSED: (Role.MENTOR, "Agree an elective"),
    State.SUGGESTED: (Role.ECT, "Answer about an elective"),
}
