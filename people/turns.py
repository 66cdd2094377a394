"""What waits for a person. Each app tells its own; the home page puts the most urgent one first."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Turn:
    """One thing for a person to do: what it is, about whom, by when, and where."""

    what: str
    about: str
    url: str
    due_on: date | None = None

    def is_overdue(self, today: date) -> bool:
        return self.due_on is not None and self.due_on < today


def in_order(turns: list[Turn]) -> list[Turn]:
    """The most urgent first; what has no date comes last."""
    return sorted(turns, key=lambda turn: (turn.due_on is None, turn.due_on or date.max, turn.about, turn.what))
