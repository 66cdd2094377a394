"""Meetings of mentor and ECT: their states, and every step from one to the next.

A meeting is planned, held, and then agreed by both and kept (programme §5). Until both have agreed, either may go back to
writing; nothing leads out of an agreed meeting.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import models

from people import workflow
from people.permissions import Role

if TYPE_CHECKING:
    from .models import Meeting


class State(models.TextChoices):
    PLANNED = "planned", "Planned"
    HELD = "held", "To be agreed"
    AGREED = "agreed", "Agreed"
    CANCELLED = "cancelled", "Cancelled"


HAPPENED = frozenset({State.HELD, State.AGREED})
PAIR = frozenset({Role.ECT, Role.MENTOR})


def a_finished_page(meeting: "Meeting") -> str:
    """The focus, what is needed of sections and action steps, and what was noticed about earlier ones."""
    missing = meeting.missing()
    return f"Still to do: {', '.join(missing.values())}." if missing else ""


def nothing_decided(meeting: "Meeting") -> str:
    """What a meeting has decided about action steps would be lost with it."""
    if meeting.steps.exists() or meeting.decided.exists():
        return "This meeting has decided about action steps, so it can only be finished."
    return ""


@dataclass(frozen=True, kw_only=True)
class Step(workflow.Step):
    kind: str = ""  # of the button, in the design system's words
    each: bool = False  # counts when each of these people has taken it


STEPS = {
    "finish": Step({State.PLANNED}, State.HELD, PAIR, "Finish the meeting", a_finished_page),
    "agree": Step({State.HELD}, State.AGREED, PAIR, "Agree", each=True),
    "reopen": Step({State.HELD}, State.PLANNED, PAIR, "Go on writing", kind="secondary"),
    "cancel": Step({State.PLANNED}, State.CANCELLED, PAIR, "Cancel the meeting", nothing_decided, kind="warning"),
}
