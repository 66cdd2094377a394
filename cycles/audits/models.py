"""One module's audit of one ECT, with its own copy of the statements and both ratings."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from content.models import Module, Template
from content.sections import UNANSWERED
from cycles.workflow import HAPPENED
from people.governed import Governed
from people.models import Event, Induction, User
from people.permissions import Role, reach
from people.turns import Turn

from .permissions import RULES
from .ratings import Rating
from .workflow import STEPS, State


class AuditQuerySet(models.QuerySet["Audit"]):
    def visible_to(self, user: User) -> "AuditQuerySet":
        return self.filter(reach(user.places, RULES["read"]))

    def waiting_on(self, user: User) -> "AuditQuerySet":
        """Those in which this person has begun a rating and not completed it, and those of which the mentor has a rating to
        discuss: completed since the two met last. The end waits for the module, so until it is begun it waits for nobody.
        """
        begun = Q(state=State.START) | Q(state=State.END) & ~Q(end_answers={})
        to_discuss = Q(pk__in=Audit.objects.filter(user.places.reach(Role.MENTOR)).to_discuss())
        return self.filter(user.places.reach(Role.ECT) & begun | to_discuss)

    def to_discuss(self) -> "AuditQuerySet":
        """Those of which the last rating is complete and the two have not talked about it: since then they have held no
        meeting and written in it. What was only finished since, they wrote without knowing of it."""
        completed = Event.objects.filter(subject=Audit._meta.label_lower, subject_id=OuterRef("pk"), what__in=STEPS)
        met_since = Induction.objects.filter(
            pk=OuterRef("induction"),
            meetings__state__in=HAPPENED,
            meetings__held_on__gte=Coalesce(OuterRef("end_on"), OuterRef("start_on")),
            meetings__saved_at__gt=OuterRef("completed_at"),
        )
        last = Subquery(completed.order_by("-number").values("at")[:1])
        return self.filter(start_on__isnull=False).alias(completed_at=last).filter(~Exists(met_since))


class Audit(Governed):
    """Every statement of a module, rated at its start and at its end (programme §7).

    `sections` is the copy of the template that was made when it began, so that it always reads as it was asked. A rating is
    shown only when it is complete: what is half done is the ECT's alone.
    """

    induction = models.ForeignKey(Induction, models.PROTECT, related_name="audits")
    module = models.ForeignKey(Module, models.PROTECT, related_name="audits")
    template = models.ForeignKey(Template, models.PROTECT, related_name="audits")
    title = models.CharField(max_length=200)
    introduction = models.TextField(blank=True)
    sections = models.JSONField(default=list)
    start_answers = models.JSONField(default=dict, blank=True)
    start_on = models.DateField(null=True, blank=True)
    end_answers = models.JSONField(default=dict, blank=True)
    end_on = models.DateField(null=True, blank=True)

    state = models.CharField(max_length=20, choices=State.choices, default=State.START)
    revision = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField(null=True)

    rules, table, called = RULES, STEPS, "audit"
    not_yours = "Only the ECT rates the statements."

    objects = AuditQuerySet.as_manager()

    class Meta:
        ordering = ["module__year", F("module__number").asc(nulls_last=True), "module__slug"]
        constraints = [
            models.UniqueConstraint(fields=["induction", "module"], name="one_audit_of_a_module"),
            models.CheckConstraint(
                condition=Q(state="start", start_on__isnull=True, end_on__isnull=True)
                | Q(state="end", start_on__isnull=False, end_on__isnull=True)
                | Q(state="completed", start_on__isnull=False, end_on__isnull=False),
                name="audit_has_the_dates_of_its_state",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("audits:audit", args=[self.pk])

    @property
    def rate_url(self) -> str:
        """Where the rating that is open is written."""
        return reverse("audits:rate", args=[self.pk, self.state])

    @property
    def colour(self) -> str:
        """Of the tag with its state."""
        return {State.START: "blue", State.END: "yellow"}.get(State(self.state), "green")

    def turn_for(self, user: User) -> Turn:
        """Of one that waits on this person. Says nothing of what was rated."""
        if self.may(user, "rate"):
            return Turn(f"Rate the {self.state} of a module", self.title, self.rate_url)
        about = f"{self.title}, {self.induction.ect}"
        return Turn("Discuss a module audit when you next meet", about, self.get_absolute_url())

    # What it says

    def answers(self, moment: str) -> dict[str, Any]:
        """What was answered at the start or at the end."""
        return {State.START: self.start_answers, State.END: self.end_answers}[State(moment)]

    def missing(self) -> dict[str, str]:
        """What the rating that is open still needs, by key of the section."""
        answers = self.answers(self.state)
        return {
            section["key"]: section["title"]
            for section in self.sections
            if section["needed"] and answers.get(section["key"]) in UNANSWERED
        }

    def completed(self) -> list[tuple[str, date, Mapping[str, Any]]]:
        """The ratings that are complete: which, when, and what was answered."""
        dated = [("start", self.start_on, self.start_answers), ("end", self.end_on, self.end_answers)]
        return [(name, on, answers) for name, on, answers in dated if on]

    def ratings(self) -> list[Rating]:
        """Each statement with those ratings that are complete."""
        start = self.start_answers if self.start_on else {}
        end = self.end_answers if self.end_on else {}
        rated = [section for section in self.sections if section["kind"] == "rating"]
        return [Rating.of(number, section, start, end) for number, section in enumerate(rated, 1)]

    def remarks(self) -> list[tuple[str, list[tuple[str, Any]]]]:
        """What else the template asks beside the statements to rate, with the answers at either end."""
        return [
            (section["title"], [(name, answers.get(section["key"])) for name, _, answers in self.completed()])
            for section in self.sections
            if section["kind"] != "rating"
        ]

    def codes(self) -> set[str]:
        """The framework's statements that it is about."""
        return {code for section in self.sections for code in section["statements"]}
