"""What people make of the content: which programme an induction follows, what they have read, and their reflections."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from content.models.programmes import Programme, Study, StudySection
from content.permissions import RULES
from content.workflow import OPEN, STEPS, State
from people.governed import Governed
from people.models import Induction, User
from people.permissions import Role, reach
from people.turns import Turn


class Following(models.Model):
    """The programme that somebody at the school has chosen for an induction, where more than one is loaded."""

    induction = models.OneToOneField(Induction, on_delete=models.CASCADE, related_name="following")
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="following")

    def __str__(self) -> str:
        return f"{self.induction}: {self.programme}"


class SectionDone(models.Model):
    """A person has ticked a section as done."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="sections_done")
    section = models.ForeignKey(StudySection, on_delete=models.PROTECT, related_name="done")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "section"], name="section_done_once_by_a_person")]

    def __str__(self) -> str:
        return f"{self.person}: {self.section}"


class KeptPlace(models.Model):
    """Where a person has stopped reading a study: the section that they opened last."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="kept_places")
    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="kept_places")
    section = models.ForeignKey(StudySection, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "study"], name="one_place_kept_in_a_study")]

    def __str__(self) -> str:
        return f"{self.person}: {self.section}"


class ReflectionQuerySet(models.QuerySet["Reflection"]):
    def visible_to(self, user: User) -> Self:
        """Those of which this person may know; `may(user, "read")` says whether to show the words."""
        return self.filter(reach(user.places, RULES["see"]))

    def waiting_on(self, user: User) -> Self:
        """Those that were shared with this person and that they have not opened."""
        return self.filter(user.places.reach(Role.MENTOR), state=State.SHARED)

    def for_list(self) -> Self:
        """With all that a row shows."""
        return self.select_related("induction__ect", "section__study")


class Reflection(Governed):
    """What an ECT writes beside a section that asks for it, in their own words.

    `question` is what was asked when it was begun. Beside a section there is one at most that can still be changed.
    """

    induction = models.ForeignKey(Induction, on_delete=models.PROTECT, related_name="reflections")
    section = models.ForeignKey(StudySection, on_delete=models.PROTECT, related_name="reflections")
    question = models.TextField()
    text = models.TextField(blank=True)
    state = models.CharField(max_length=20, choices=State.choices, default=State.PRIVATE)
    begun_at = models.DateTimeField(default=timezone.now)
    saved_at = models.DateTimeField(default=timezone.now)
    shared_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=0)

    rules, table, called = RULES, STEPS, "reflection"

    objects = ReflectionQuerySet.as_manager()

    class Meta:
        ordering = ["begun_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="reflection_has_a_known_state"),
            models.CheckConstraint(
                condition=Q(state="private", shared_at__isnull=True, opened_at__isnull=True)
                | Q(state="shared", shared_at__isnull=False, opened_at__isnull=True)
                | Q(state="opened", shared_at__isnull=False, opened_at__isnull=False),
                name="reflection_has_the_times_of_its_state",
            ),
            models.UniqueConstraint(
                fields=["induction", "section"],
                condition=Q(state__in=sorted(OPEN)),
                name="one_open_reflection_beside_a_section",
            ),
        ]
        indexes = [models.Index(fields=["induction", "state"], name="reflections_by_state")]

    def __str__(self) -> str:
        return f"Reflection on “{self.section}”"

    def get_absolute_url(self) -> str:
        return reverse("content:reflection", args=[self.pk])

    @property
    def colour(self) -> str:
        """Of the tag with its state."""
        return {State.PRIVATE: "grey", State.SHARED: "blue"}.get(State(self.state), "green")

    def turn_for(self, user: User) -> Turn:
        """Of one that waits on this person. Says nothing of what was written."""
        return Turn("Read a reflection", f"{self.section}, {self.induction.ect}", self.get_absolute_url())
