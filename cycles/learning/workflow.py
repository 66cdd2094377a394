"""An ECT's own action: its states, and every step from one to the next."""

from collections.abc import Callable, Set
from dataclasses import dataclass
from typing import Any

from django.db import models

from people.permissions import Role


class State(models.TextChoices):
    OPEN = "open", "To do"
    DONE = "done", "Done"


def nothing(action: Any) -> str:
    """What a step needs that can be taken at once."""
    return ""


@dataclass(frozen=True)
class Step:
    """One way from state to state: who takes it, and its words on buttons."""

    start: Set[State]
    to: State
    who: Set[Role]
    button: str
    needs: Callable[[Any], str] = nothing


ECT = frozenset({Role.ECT})

STEPS = {
    "finish": Step({State.OPEN}, State.DONE, ECT, "Mark as done"),
    "reopen": Step({State.DONE}, State.OPEN, ECT, "It is not done yet"),
}
