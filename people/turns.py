"""What waits for a person. Each app tells its own; the home page puts the most urgent one first."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .models import Induction, User


@dataclass(frozen=True)
class Turn:
    """One thing for a person to do: what it is, about whom, by when, and where.

    Of what is `only_a_date` to keep in mind nothing is done in the service, on that day or before.
    """

    what: str
    about: str
    url: str
    due_on: date | None = None
    only_a_date: bool = False

    def is_overdue(self, today: date) -> bool:
        return self.due_on is not None and self.due_on < today


def about(thing: object, induction: "Induction", user: "User") -> str:
    """What a turn is about: the thing and whose it is. An ECT is not told their own name."""
    return str(thing) if user.pk == induction.ect_id else f"{thing}, {induction.ect}"


def in_order(turns: list[Turn]) -> list[Turn]:
    """The most urgent first; what has no date comes last, in the order that it was given in. What is only a date never
    stands first while something is to be done."""
    dated = [turn for turn in turns if turn.due_on]
    dated.sort(key=lambda turn: (turn.due_on, turn.about, turn.what))
    ordered = dated + [turn for turn in turns if not turn.due_on]
    first = next((turn for turn in ordered if not turn.only_a_date), None)
    return sorted(ordered, key=lambda turn: turn is not first)
