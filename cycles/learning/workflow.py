"""An ECT's own action: its states, and every step from one to the next."""

from django.db import models

from people.permissions import Role
from people.workflow import Step


class State(models.TextChoices):
    OPEN = "open", "To do"
    DONE = "done", "Done"


ECT = frozenset({Role.ECT})

STEPS = {
    "finish": Step({State.OPEN}, State.DONE, ECT, "Mark as done"),
    "reopen": Step({State.DONE}, State.OPEN, ECT, "It is not done yet"),
}
