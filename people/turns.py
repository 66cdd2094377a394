"""What waits for a person. Each app tells its own; the home page puts the most urgent one first."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .models import Induction, User


@dataclass(frozen=True)
class Turn:
    """One thing for a person to do: what it is, about whom, by when, and where."""

    what: str
    about: str
    url: str
    due_on: date | None = None

    def is_overdue(self, today: date) -> bool:
        return self.due_on is not None and self.due_on < today


def about(thing: object, induction: "Induction", user: "User") -> str:
    """What a turn is about: the thing and whose it is. An ECT is not told their own name."""
    return str(thing) if user.pk == induction.ect_id else f"{thing}, {induction.ect}"


def in_order(turns: list[Turn]) -> list[Turn]:
    """The most urgent first; what has no date comes last, in the order that it was given in."""
    dated = [turn for turn in turns if turn.due_on]
    dated.sort(key=lambda turn: (turn.due_on, turn.about, turn.what))
    return dated + [turn for turn in turns if not turn.due_on]
