"""A module's audit: its states, and every step from one to the next.

The end can be rated once the start is; nothing leads back, since what somebody thought at the start cannot be known later.
"""

from collections.abc import Callable, Set
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import models

from people.permissions import Role

if TYPE_CHECKING:
    from .models import Audit


class State(models.TextChoices):
    START = "start", "Not rated yet"
    END = "end", "Start rated"
    COMPLETED = "completed", "Rated twice"


OPEN = frozenset({State.START, State.END})  # in each of these there is a rating to write


def every_statement_rated(audit: "Audit") -> str:
    missing = audit.missing()
    return f"Still to rate: {'; '.join(missing.values())}" if missing else ""


@dataclass(frozen=True)
class Step:
    """One way from state to state: who takes it, its words on buttons and in lists, and what it needs first."""

    start: Set[State]
    to: State
    who: Set[Role]
    button: str
    done: str
    needs: Callable[["Audit"], str]


ECT = frozenset({Role.ECT})

STEPS = {
    "complete_start": Step(
        {State.START}, State.END, ECT, "Complete the start", "rated the start", every_statement_rated
    ),
    "complete_end": Step({State.END}, State.COMPLETED, ECT, "Complete the end", "rated the end", every_statement_rated),
}
