"""A module's audit: its states, and every step from one to the next.

The end can be rated once the start is; nothing leads back, since what somebody thought at the start cannot be known later.
"""

from typing import TYPE_CHECKING

from django.db import models

from people.permissions import Role
from people.workflow import Step

if TYPE_CHECKING:
    from .models import Audit


class State(models.TextChoices):
    START = "start", "Not rated yet"
    END = "end", "Start rated"
    COMPLETED = "completed", "Start and end rated"


OPEN = frozenset({State.START, State.END})  # in each of these there is a rating to write


def every_statement_rated(audit: "Audit") -> str:
    missing = audit.missing()
    return f"Still to rate: {'; '.join(missing.values())}" if missing else ""


ECT = frozenset({Role.ECT})

STEPS = {
    "complete_start": Step(
        {State.START}, State.END, ECT, "Complete the start", every_statement_rated, "rated the start"
    ),
    "complete_end": Step({State.END}, State.COMPLETED, ECT, "Complete the end", every_statement_rated, "rated the end"),
}
