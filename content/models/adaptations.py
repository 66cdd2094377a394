"""A school's own versions of the programme's templates: rows of their own, which no pack defines and no loading touches."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from content.adapting.permissions import RULES
from content.adapting.workflow import SCHOOL, STEPS, State
from content.models.templates import Question, Template
from content.sections import CARRIES, KINDS
from people.governed import Governed
from people.models import School, User
from people.permissions import Role

OWN = "own__"  # begins the key of a section that a school added; the keys of packs have no two underscores in a row


class AdaptationQuerySet(models.QuerySet["Adaptation"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(school__in=user.places.schools_of(RULES["see"]))

    def in_use(self) -> Self:
        return self.filter(state=State.IN_USE)

    def for_list(self) -> Self:
        """With all that a row shows, the latest first."""
        return self.select_related("adapted_from", "state_by", "saved_by").order_by("-state_at", "-pk")


class Adaptation(Governed):
    """One version of a template that a school made: copied when it was begun, and on its own from then on.

    `original` is the programme's template as this one was last held against it, `version` its number: when the programme
    has a later one, the page shows what is different, and nothing changes by itself.
    """

    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="adaptations")
    adapted_from = models.ForeignKey(Template, on_delete=models.PROTECT, related_name="adaptations")
    version = models.PositiveIntegerField()
    original = models.JSONField()
    title = models.CharField(max_length=200)
    introduction = models.TextField(default="", blank=True)

    state = models.CharField(max_length=20, choices=State.choices, default=State.DRAFT)
    state_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    state_at = models.DateTimeField(default=timezone.now)  # in this state since; before that ...
    used_from = models.DateTimeField(null=True, blank=True)  # ... it was in use since, if ever
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    saved_at = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=0)

    rules, table, called = RULES, STEPS, "version"
    not_yours = "This step is for the school."

    objects = AdaptationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="adaptation_has_a_known_state"),
            models.UniqueConstraint(
                fields=["school", "adapted_from"], condition=Q(state=State.DRAFT), name="one_draft_of_a_template"
            ),
            models.UniqueConstraint(
                fields=["school", "adapted_from"], condition=Q(state=State.IN_USE), name="one_version_in_use"
            ),
            models.CheckConstraint(
                condition=Q(state=State.DRAFT, used_from__isnull=True)
                | Q(state=State.IN_USE, used_from__isnull=False)
                | Q(state=State.PUT_AWAY),
                name="adaptation_in_use_from_a_day",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("adapting:template", args=[self.pk])

    @property
    def colour(self) -> str:
        """Of the tag with its state."""
        return {State.DRAFT: "yellow", State.IN_USE: "green"}.get(State(self.state), "grey")

    @property
    def is_outdated(self) -> bool:
        """Whether the programme's template has a later version than the one that this was held against."""
        return self.version != self.adapted_from.version

    def copy(self) -> list[dict[str, Any]]:
        """The questions as a meeting keeps them from the day it starts: plain JSON, in order, without what is hidden."""
        return [section.copy() for section in self.sections.all() if not section.hidden]

    def roles_of(self, user: User) -> frozenset[Role]:
        return user.places.roles_at(self.school_id) & SCHOOL

    def steps_for(self, user: User) -> list[str]:
        """The names of the steps that can be taken by a button in this state, ready or not."""
        return [name for name in super().steps_for(user) if STEPS[name].button]


class AdaptedSection(Question):
    """One question of a school's version. A hidden one is kept, so that it can be shown again."""

    adaptation = models.ForeignKey(Adaptation, on_delete=models.CASCADE, related_name="sections")
    position = models.PositiveIntegerField()
    hidden = models.BooleanField(default=False)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["adaptation", "key"], name="section_key_once_in_an_adaptation"),
            models.CheckConstraint(condition=Q(kind__in=list(KINDS)), name="adapted_section_has_a_known_kind"),
            models.CheckConstraint(condition=Q(minutes__gt=0), name="adapted_section_minutes_above_nought"),
            models.CheckConstraint(
                condition=~Q(key__in=sorted(CARRIES)) | Q(hidden=False), name="sections_that_carry_more_are_shown"
            ),
        ]
