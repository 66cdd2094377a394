"""The shape that the tables of steps of all apps have in common (`STEPS` in each `workflow.py`)."""

from collections.abc import Callable, Set
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .permissions import Role


def nothing(thing: Any) -> str:
    """What a step needs that can be taken at once."""
    return ""


@dataclass(frozen=True)
class Step:
    """One way from state to state: who takes it, what it needs first, and its words on buttons and in lists."""

    start: Set[str]
    to: str
    who: Set["Role"]
    button: str = ""  # empty for a step that follows by itself from what was saved
    needs: Callable[[Any], str] = nothing  # what is missing, in words; "" when nothing is
    done: str = ""  # what somebody did who took it, in a list of what has happened
    link: str = ""  # in lists, when this is the next thing to do; empty for a step back or aside
