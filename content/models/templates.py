"""Templates: what a meeting, a proforma or an audit asks."""

from typing import TYPE_CHECKING, Any, Union

from django.db import models
from django.db.models import Q

from content.models.packs import Pack, Piece
from content.sections import KINDS
from people.models import School

if TYPE_CHECKING:
    from content.models.adaptations import Adaptation


class Template(Piece):
    """An ordered list of sections that a record copies when it starts (programme, section 3).

    The version counts the loads that changed the template or one of its sections.
    """

    class Kind(models.TextChoices):
        MEETING = "meeting", "Meeting"
        OBSERVATION_PROFORMA = "observation_proforma", "Observation of an expert"
        DISCUSSION_PROFORMA = "discussion_proforma", "Discussion with an expert"
        AUDIT = "audit", "Module audit"

    pack = models.ForeignKey(Pack, on_delete=models.PROTECT, related_name="templates")
    slug = models.SlugField(max_length=100, unique=True)
    kind = models.CharField(max_length=30, choices=Kind)
    title = models.CharField(max_length=200)
    introduction = models.TextField(default="", blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta(Piece.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["meeting", "observation_proforma", "discussion_proforma", "audit"]),
                name="template_has_a_known_kind",
            )
        ]

    def __str__(self) -> str:
        return self.title

    def copy(self) -> list[dict[str, Any]]:
        """The questions as a record keeps them from the day it starts: plain JSON, in order."""
        return [section.copy() for section in self.sections.current()]

    def asked_at(self, school: School) -> Union["Template", "Adaptation"]:
        """What a new meeting at this school starts from: the school's own version, where one is in use."""
        return self.adaptations.in_use().filter(school=school).first() or self


class Question(models.Model):
    """What a section asks, in a template of the programme or in a school's own."""

    COPIED = (
        "key", "title", "hint", "prompts", "kind", "needed", "private", "minutes", "columns", "options", "statements",
    )  # fmt: skip

    key = models.CharField(max_length=50)
    title = models.CharField(max_length=200)
    hint = models.TextField(default="", blank=True)
    prompts = models.JSONField(default=list, blank=True)  # list of text
    kind = models.CharField(max_length=20, choices=[(name, kind.label) for name, kind in KINDS.items()])
    needed = models.BooleanField(default=False)
    private = models.BooleanField(default=False)
    minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    columns = models.JSONField(default=list, blank=True)  # of rows: list of {"key", "title"}
    options = models.JSONField(default=list, blank=True)  # of a checklist, a choice or a rating: list of text
    statements = models.JSONField(default=list, blank=True)  # the codes of the statements that an answer is about

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.title

    def copy(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.COPIED}


class Section(Question, Piece):
    """One question of a template. Its key names the stored answer, so it is set once and never again.

    `private` sections stay between ECT and mentor (programme, section 1): so does every note of a meeting, but of these a
    school that words its own version is told so.
    """

    template = models.ForeignKey(Template, on_delete=models.CASCADE, related_name="sections")

    class Meta(Piece.Meta):
        constraints = [
            models.UniqueConstraint(fields=["template", "key"], name="section_key_once_in_a_template"),
            models.CheckConstraint(condition=Q(kind__in=list(KINDS)), name="section_has_a_known_kind"),
            models.CheckConstraint(condition=Q(minutes__gt=0), name="section_minutes_above_nought"),
        ]
