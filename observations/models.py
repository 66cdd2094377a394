"""Engaging with an expert: one visit or conversation of an ECT, planned with the mentor and written up by the ECT."""

import secrets
from datetime import date, time
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from content.forms import field_name
from content.models import Template
from content.sections import UNANSWERED
from ectprogramme.clock import clock
from people.governed import Governed
from people.models import Induction, User
from people.permissions import reach
from people.turns import Turn, about

from .permissions import RULES
from .workflow import OPEN, STEPS, VISIT, State, next_step


class Kind(models.TextChoices):
    """One or the other, never both (`003`)."""

    OBSERVATION = "observation", "Observation"
    DISCUSSION = "discussion", "Discussion"

    @property
    def template_kind(self) -> Template.Kind:
        return {
            Kind.OBSERVATION: Template.Kind.OBSERVATION_PROFORMA,
            Kind.DISCUSSION: Template.Kind.DISCUSSION_PROFORMA,
        }[self]


ARRANGED = ("expert_name", "planned_on", "planned_at", "action_step", "focus", "to_notice")
WRITTEN = ("expert_name", "happened_on")  # and the answers


def plain(value: Any) -> Any:
    """A day, a time or a row as JSON has it; all else is JSON already."""
    if isinstance(value, date | time):
        return value.isoformat()
    return value.pk if isinstance(value, models.Model) else value


def in_words(answer: Any) -> str:
    """An answer of any kind of section as text; of rows, one to a line."""
    if isinstance(answer, bool):
        return "Yes" if answer else "No"
    if isinstance(answer, dict):
        return ": ".join(text for text in answer.values() if text)
    if isinstance(answer, list):
        return "\n".join(in_words(item) for item in answer)
    return answer or ""


def made_up_name(proforma: "Proforma", original: str) -> str:
    """Where an upload is kept: nothing that a person chose becomes part of a path (trust 30)."""
    return f"proformas/{secrets.token_hex(16)}"


class ProformaQuerySet(models.QuerySet["Proforma"]):
    def visible_to(self, user: User) -> "ProformaQuerySet":
        return self.filter(reach(user.places, RULES["read"]))

    def waiting_on(self, user: User) -> "ProformaQuerySet":
        """Those whose next step is this person's to take."""
        condition = Q(pk__in=())
        for step in STEPS.values():
            if step.waits_for:
                condition |= user.places.reach(step.waits_for) & Q(state__in=step.start)
        return self.filter(condition)

    def for_list(self) -> "ProformaQuerySet":
        """With all that a row shows."""
        return self.select_related("induction__ect", "action_step")


class Proforma(Governed):
    """An observation of an expert colleague, or a discussion with one: a learning tool, never an evaluation of them.

    The arrangements are columns. What the ECT writes afterwards is `answers` to the questions in `sections`, copied from
    the template when the proforma was set up; or it is a scan or photograph of a paper version instead.
    """

    induction = models.ForeignKey(Induction, models.PROTECT, related_name="proformas")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    title = models.CharField(max_length=200)
    introduction = models.TextField(blank=True)
    sections = models.JSONField(default=list)
    answers = models.JSONField(default=dict, blank=True)

    expert_name = models.CharField(max_length=140, blank=True)
    planned_on = models.DateField(null=True, blank=True)
    planned_at = models.TimeField(null=True, blank=True)
    happened_on = models.DateField(null=True, blank=True)
    action_step = models.ForeignKey(
        "cycles.ActionStep", models.SET_NULL, null=True, blank=True, related_name="proformas"
    )
    focus = models.TextField(blank=True)
    to_notice = models.TextField(blank=True)

    paper = models.FileField(upload_to=made_up_name, blank=True)
    paper_name = models.CharField(max_length=255, blank=True)
    state = models.CharField(max_length=20, choices=State.choices, default=State.SET_UP)
    cancel_reason = models.TextField(blank=True)
    revision = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField(default=timezone.now)

    rules, table, called = RULES, STEPS, "proforma"

    objects = ProformaQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="proforma_has_a_known_kind"),
            models.CheckConstraint(
                condition=Q(planned_at__isnull=True) | Q(planned_on__isnull=False), name="proforma_time_is_on_a_day"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[State.SET_UP, State.CANCELLED])
                | Q(state=State.PLANNED, planned_on__isnull=False)
                | Q(state__in=[State.COMPLETED, State.DISCUSSED], happened_on__isnull=False),
                name="proforma_has_the_date_of_its_state",
            ),
            models.CheckConstraint(
                condition=Q(state=State.CANCELLED) | Q(cancel_reason=""), name="only_a_cancelled_proforma_says_why"
            ),
            models.CheckConstraint(
                condition=Q(paper="", paper_name="") | ~Q(paper="") & ~Q(paper_name=""),
                name="proforma_paper_has_a_name",
            ),
        ]
        indexes = [models.Index(fields=["induction", "state"], name="proformas_by_state")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("observations:proforma", args=[self.pk])

    @property
    def is_open(self) -> bool:
        """Still to happen, or to be written up."""
        return self.state in OPEN

    @property
    def is_arranged(self) -> bool:
        return bool(self.expert_name and self.planned_on)

    @property
    def is_to_come(self) -> bool:
        """Whether its day is today or later, and nobody has said that it took place."""
        return not self.happened_on and bool(self.planned_on and self.planned_on >= timezone.localdate())

    @property
    def day(self) -> date | None:
        """When it took place; before that, when it is planned."""
        return self.happened_on or self.planned_on

    @property
    def presumed_day(self) -> date | None:
        """When it took place; if nobody has said, the planned day, and none before that day is here."""
        planned = self.planned_on if self.planned_on and self.planned_on <= timezone.localdate() else None
        return self.happened_on or planned

    @property
    def colour(self) -> str:
        """Of the tag with its state."""
        colours = {State.PLANNED: "blue", State.COMPLETED: "yellow", State.DISCUSSED: "green"}
        return colours.get(State(self.state), "grey")

    def turn_for(self, user: User) -> Turn | None:
        """The next step as something for this person to do; None when it is somebody else's. Never names the expert."""
        name = next_step(self.state)
        if name is None or STEPS[name].waits_for not in user.places.roles_in(self.induction):
            return None
        visit = name == "complete" and self.is_to_come
        return Turn(
            VISIT if visit else STEPS[name].link,
            about(self.title, self.induction, user),
            self.get_absolute_url(),
            self.planned_on if self.is_open else None,
        )

    def why_closed_to(self, user: User) -> str:
        """Why this person cannot write in it now, and what has to be done first where something can be."""
        if not self.leads_on("reopen"):
            return f"This proforma is at “{self.get_state_display()}” now, so it cannot be changed."
        if self.why_not("reopen", user):
            return "This proforma is completed. Until you have discussed it, your ECT can open it again to change it."
        return f"This proforma is completed. To change it, choose “{STEPS['reopen'].button}” on its page."

    # What it says

    def arrangements(self) -> dict[str, Any]:
        """What was arranged, as plain JSON by field, to be merged with what another page sends."""
        return {name: plain(getattr(self, name)) for name in ARRANGED}

    def written(self) -> dict[str, Any]:
        """What the ECT has written, as plain JSON by field of the form."""
        answers = {field_name(section["key"]): self.answers.get(section["key"]) for section in self.sections}
        return {name: plain(getattr(self, name)) for name in WRITTEN} | answers

    def to_fill_in(self) -> dict[str, Any]:
        """What the page begins with on which the ECT writes: what is written, and a day even if none is yet."""
        return self.written() | {"happened_on": plain(self.presumed_day)}

    def take(self, values: dict[str, Any]) -> set[str]:
        """Takes over values by field of a form, and says which columns they are in; nothing is saved yet."""
        keys = {field_name(section["key"]): section["key"] for section in self.sections}
        for name, value in values.items():
            if name in keys:
                self.answers[keys[name]] = value
            else:
                setattr(self, name, value)
        return {"answers" if name in keys else name for name in values}

    @property
    def needed(self) -> dict[str, str]:
        """The titles of the questions to answer before it is completed, by key: none where a paper version stands for them."""
        return {} if self.paper else {one["key"]: one["title"] for one in self.sections if one["needed"]}

    def missing(self) -> dict[str, str]:
        """What must be there before it is completed, and is not, by field of the form."""
        missing = {}
        if not self.expert_name:
            missing["expert_name"] = "Who the expert was"
        if not self.happened_on:
            missing["happened_on"] = "When it took place"
        missing |= {field_name(key): title for key, title in self.needed.items() if self.answers.get(key) in UNANSWERED}
        return missing

    def answered(self) -> list[dict[str, Any]]:
        """Each question with its answer, ready to read: a text, or a table where the answer is rows; none before anything was
        answered."""
        if all(answer in UNANSWERED for answer in self.answers.values()):
            return []
        return [self._answered(section, self.answers.get(section["key"])) for section in self.sections]

    def _answered(self, section: dict[str, Any], answer: Any) -> dict[str, Any]:
        columns = section["columns"]
        rows = answer or [] if columns else []
        return {
            "title": section["title"],
            "columns": columns,
            "rows": [[(column["title"], row.get(column["key"], "")) for column in columns] for row in rows],
            "text": in_words(answer),
        }

    @property
    def target(self) -> str:
        """What it is about: the focus in the pair's words, otherwise the action step that it serves."""
        return self.focus or (str(self.action_step) if self.action_step else "")

    def for_the_expert(self) -> str:
        """The focus as plain text to send to the expert beforehand, so that they know what it is about (`003`)."""
        when = date_format(self.planned_on, "l j F Y") if self.planned_on else "To be agreed"
        if self.planned_at:
            when += f", {clock(self.planned_at)}"
        lines = [f"{self.title}", f"When: {when}", "", "My focus:", self.target]
        if self.to_notice:
            lines += ["", "What I would like to notice or learn:", self.to_notice]
        return "\n".join(lines)
