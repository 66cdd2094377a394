"""A school's own version of a template: its states, and every step from one to the next.

What is in use is never written in: to change it a school writes another draft, which takes its place when it is put to use
(`replace` is what that does to the one before).
"""

from typing import TYPE_CHECKING

from django.db import models

from people.permissions import Role
from people.workflow import Step

if TYPE_CHECKING:
    from content.models import Adaptation


class State(models.TextChoices):
    DRAFT = "draft", "Draft"
    IN_USE = "in_use", "In use"
    PUT_AWAY = "put_away", "Put away"


def something_to_ask(adaptation: "Adaptation") -> str:
    if adaptation.adapted_from.retired:
        return "The programme has dropped this meeting, so your version of it would not be offered."
    return "" if adaptation.copy() else "Every section is hidden. Show at least one."


SCHOOL = frozenset({Role.TUTOR, Role.HEAD, Role.SCHOOL_ADMIN})

STEPS = {
    "put_to_use": Step({State.DRAFT}, State.IN_USE, SCHOOL, "Start using it", something_to_ask),
    "replace": Step({State.IN_USE}, State.PUT_AWAY, SCHOOL),
    "go_back": Step({State.IN_USE}, State.PUT_AWAY, SCHOOL, "Go back to the programme’s own"),
    "discard": Step({State.DRAFT}, State.PUT_AWAY, SCHOOL, "Discard the draft"),
}
