"""Which electives an ECT of year 1 does, as ECT and mentor have settled it."""

from functools import cached_property
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from content.electives.permissions import RULES
from content.electives.workflow import OPEN, STEPS, WAITS, State
from content.models.programmes import Study
from content.models.reading import SectionDone
from people.governed import Governed
from people.models import Induction, User
from people.permissions import Role, reach
from people.turns import Turn, about


class ElectiveChoiceQuerySet(models.QuerySet["ElectiveChoice"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(reach(user.places, RULES["see"]))

    def waiting_on(self, user: User) -> Self:
        """Those about which this person has to say something."""
        condition = Q(pk__in=())
        for state, (role, _) in WAITS.items():
            condition |= user.places.reach(role) & Q(state=state)
        return self.filter(condition)

    def for_list(self) -> Self:
        """With all that a row shows and its steps ask."""
        ticked = SectionDone.objects.filter(
            person=OuterRef("induction__ect"), section__study=OuterRef("study"), section__retired=False
        )
        return self.select_related("induction__ect", "study", "closed_by").annotate(begun=Exists(ticked))


class ElectiveChoice(Governed):
    """An elective that one of the two has put forward: `reason` is the ECT's word, `word` the mentor's.

    `last_word` says why it was declined or withdrawn, by whoever did (`closed_by`).
    """

    induction = models.ForeignKey(Induction, on_delete=models.PROTECT, related_name="electives")
    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="choices")
    state = models.CharField(max_length=20, choices=State.choices, default=State.PROPOSED)
    reason = models.TextField()
    word = models.TextField(default="", blank=True)
    last_word = models.TextField(default="", blank=True)
    closed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    state_at = models.DateTimeField(default=timezone.now)
    revision = models.PositiveIntegerField(default=0)

    rules, table, called = RULES, STEPS, "elective"

    objects = ElectiveChoiceQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="choice_has_a_known_state"),
            models.CheckConstraint(condition=~Q(state="suggested", word=""), name="suggestion_comes_with_a_word"),
            models.CheckConstraint(condition=~Q(state="declined", last_word=""), name="declined_with_a_reason"),
            models.UniqueConstraint(
                fields=["induction", "study"],
                condition=Q(state__in=sorted(OPEN)),
                name="one_open_choice_of_an_elective",
            ),
        ]
        indexes = [models.Index(fields=["induction", "state"], name="choices_by_state")]

    def __str__(self) -> str:
        return str(self.study)

    def get_absolute_url(self) -> str:
        return reverse("electives:list", args=[self.induction_id])

    @cached_property
    def begun(self) -> bool:
        """Whether the ECT has ticked a section of it; comes along with `for_list`."""
        return type(self).objects.for_list().get(pk=self.pk).begun

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def is_declined(self) -> bool:
        return self.state == State.DECLINED

    @property
    def colour(self) -> str:
        """Of the tag with its state."""
        return {State.AGREED: "green", State.DECLINED: "grey", State.WITHDRAWN: "grey"}.get(State(self.state), "blue")

    def buttons_for(self, user: User) -> dict[str, str]:
        """The names of the steps that this person can take now, each with its button."""
        return {name: step.button for name, step in STEPS.items() if not self.why_not(name, user)}

    def other_than(self, user: User) -> User | None:
        """The other of the two, who is told."""
        ect = self.induction.ect
        return self.induction.mentor if user.pk == ect.pk else ect

    def role_of(self, user: User) -> Role:
        return Role.ECT if user.pk == self.induction.ect_id else Role.MENTOR

    def turn_for(self, user: User) -> Turn:
        """What this person has to do about one that waits on them. Says nothing of the reason."""
        return Turn(WAITS[State(self.state)][1], about(self, self.induction, user), self.get_absolute_url())
