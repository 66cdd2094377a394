"""Choosing an elective: the states of a choice, and every step from one to the next.

An elective follows from the diagnostic reflection and the mentor's agreement (`000`, `001`). Either of the two can change
their mind until the ECT has ticked a section of it as done; to look inside is not to begin.
"""

from typing import TYPE_CHECKING

from django.db import models

from people.permissions import Role
from people.workflow import Step

if TYPE_CHECKING:
    from content.models import ElectiveChoice


class State(models.TextChoices):
    PROPOSED = "proposed", "Proposed"
    SUGGESTED = "suggested", "Suggested"
    AGREED = "agreed", "Agreed"
    WITHDRAWN = "withdrawn", "Withdrawn"


OPEN = frozenset({State.PROPOSED, State.SUGGESTED, State.AGREED})  # one for each elective; the others are kept


def an_elective_not_begun(choice: "ElectiveChoice") -> str:
    return "The ECT has begun this elective, so it stays as it was agreed." if choice.begun else ""


ECT, MENTOR = frozenset({Role.ECT}), frozenset({Role.MENTOR})

# The first proposal makes the choice; "propose" and "suggest" also change which elective it is. The other is told what is done.
STEPS = {
    "propose": Step(
        OPEN, State.PROPOSED, ECT, "Propose another", an_elective_not_begun, "has proposed an elective to you"
    ),
    "agree": Step({State.PROPOSED}, State.AGREED, MENTOR, "Agree", done="has agreed to the elective that you proposed"),
    "suggest": Step(
        OPEN, State.SUGGESTED, MENTOR, "Suggest another", an_elective_not_begun, "has suggested another elective"
    ),
    "accept": Step({State.SUGGESTED}, State.AGREED, ECT, "Agree", done="has agreed to the elective that you suggested"),
    "withdraw": Step(
        OPEN, State.WITHDRAWN, ECT | MENTOR, "Leave it out", an_elective_not_begun, "has left an elective out"
    ),
}
CHANGES = ("propose", "suggest")  # by a form of their own

# Whose turn it is, and what the next thing to do is called
WAITS = {
    State.PROPOSED: (Role.MENTOR, "Agree an elective"),
    State.SUGGESTED: (Role.ECT, "Answer about an elective"),
}
