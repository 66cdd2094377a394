"""Choosing an elective: the states of a choice, and every step from one to the next.

An elective follows from what the ECT wants to get better at (`000` and `001` call that the diagnostic reflection) and the
mentor's agreement. Either of the two can change their mind until the ECT has ticked a section of it as done; to look inside
is not to begin.
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
    DECLINED = "declined", "Not agreed"
    WITHDRAWN = "withdrawn", "Withdrawn"


OPEN = frozenset({State.PROPOSED, State.SUGGESTED, State.AGREED})  # one for each elective; the others are kept


def an_elective_not_begun(choice: "ElectiveChoice") -> str:
    return "The ECT has started this elective, so it can no longer be changed." if choice.begun else ""


NOT_AGREED, WITHDRAWN = "does not agree to an elective", "has withdrawn an elective"
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
    "decline": Step(
        {State.PROPOSED, State.AGREED}, State.DECLINED, MENTOR, "Do not agree", an_elective_not_begun, NOT_AGREED
    ),
    "turn_down": Step({State.SUGGESTED}, State.DECLINED, ECT, "Do not agree", an_elective_not_begun, NOT_AGREED),
    "withdraw": Step(
        {State.PROPOSED, State.AGREED}, State.WITHDRAWN, ECT, "Withdraw", an_elective_not_begun, WITHDRAWN
    ),
    "take_back": Step({State.SUGGESTED}, State.WITHDRAWN, MENTOR, "Withdraw", an_elective_not_begun, WITHDRAWN),
}
CHANGES = ("propose", "suggest")  # with which elective, and why
CLOSES = ("decline", "turn_down", "withdraw", "take_back")  # with a last word; each role has one of them in each state

# Whose turn it is, and what the next thing to do is called
WAITS = {
    State.PROPOSED: (Role.MENTOR, "Agree an elective"),
    State.SUGGESTED: (Role.ECT, "Reply about an elective"),
}
