"""Reflections beside the text: their states, and every step from one to the next.

A reflection is the ECT's alone until it is shared. Sharing can be taken back until the mentor has opened it; what the
mentor has read is kept as it was read, and the ECT begins another beside the same question.
"""

from typing import TYPE_CHECKING

from django.db import models

from people.permissions import Role
from people.workflow import Step

if TYPE_CHECKING:
    from content.models import Reflection


class State(models.TextChoices):
    PRIVATE = "private", "Private"
    SHARED = "shared", "Shared"
    OPENED = "opened", "Read by the mentor"


OPEN = frozenset({State.PRIVATE, State.SHARED})  # one beside each question; the others are kept


def words_and_a_mentor(reflection: "Reflection") -> str:
    if not reflection.text.strip():
        return "Write something before you share it."
    if reflection.induction.mentor is None:
        return "You have no mentor to share it with yet."
    return ""


ECT, MENTOR = frozenset({Role.ECT}), frozenset({Role.MENTOR})

STEPS = {
    "share": Step({State.PRIVATE}, State.SHARED, ECT, "Share with my mentor", words_and_a_mentor),
    "take_back": Step({State.SHARED}, State.PRIVATE, ECT, "Take it back"),
    "open": Step({State.SHARED}, State.OPENED, MENTOR, "Open and read"),
}
