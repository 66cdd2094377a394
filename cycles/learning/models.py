"""What an ECT has set out to do by themselves, beside the action steps that are agreed in meetings."""

from datetime import date, timedelta
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator

from cycles.audits.models import Audit
from people.governed import Governed
from people.models import Induction, User
from people.permissions import Role, reach
from people.turns import Turn

from .permissions import RULES
from .workflow import STEPS, State

WRITTEN = ("text", "what_for", "by_when", "standard")
SOON = timedelta(weeks=1)  # so long before its day it comes to the ECT's home page


class LearningActionQuerySet(models.QuerySet["LearningAction"]):
    def visible_to(self, user: User) -> "LearningActionQuerySet":
        return self.filter(reach(user.places, RULES["read"]))

    def waiting_on(self, user: User, today: date) -> "LearningActionQuerySet":
        """Those that this person has set out to do by a day that is near or past. Without a day they wait for nobody."""
        return self.filter(user.places.reach(Role.ECT), state=State.OPEN, by_when__lte=today + SOON)


class LearningAction(Governed):
    """An action of the ECT's own, often for what an audit has shown (docs/adr/0013): what, what for and by when.

    `audit` and `section` say from which statement it came, `codes` which statements of the framework that is about and
    `standard` to which Teachers' Standard it belongs; both are codes, which a pack never changes.
    """

    induction = models.ForeignKey(Induction, models.PROTECT, related_name="learning_actions")
    text = models.TextField()
    what_for = models.TextField(blank=True)
    by_when = models.DateField(null=True, blank=True)
    standard = models.CharField(max_length=10, blank=True)
    audit = models.ForeignKey(Audit, models.PROTECT, null=True, blank=True, related_name="learning_actions")
    section = models.CharField(max_length=50, blank=True)
    codes = models.JSONField(default=list, blank=True)  # list of text

    state = models.CharField(max_length=20, choices=State.choices, default=State.OPEN)
    added_on = models.DateField(default=timezone.localdate)
    done_on = models.DateField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField(default=timezone.now)

    rules, table, called = RULES, STEPS, "action"
    not_yours = "Only the ECT does this."

    objects = LearningActionQuerySet.as_manager()

    class Meta:
        ordering = ["-added_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", done_on__isnull=True) | Q(state="done", done_on__isnull=False),
                name="learning_action_is_done_on_a_day",
            ),
            models.CheckConstraint(condition=~Q(text=""), name="learning_action_says_something"),
        ]
        indexes = [models.Index(fields=["induction", "added_on"], name="learning_actions_by_date")]

    def __str__(self) -> str:
        return self.text

    def get_absolute_url(self) -> str:
        return reverse("learning:action", args=[self.pk])

    @property
    def colour(self) -> str:
        """Of the tag with its state."""
        return {State.OPEN: "blue", State.DONE: "green"}[State(self.state)]

    def turn_for(self, user: User) -> Turn:
        """Of one that waits on this person, who has written these words."""
        about = Truncator(" ".join(self.text.split())).chars(120)
        return Turn("Do what you set out to do", about, self.get_absolute_url(), self.by_when)

    def written(self) -> dict[str, Any]:
        """What the ECT has written, by field of the form."""
        return {name: getattr(self, name) for name in WRITTEN}
