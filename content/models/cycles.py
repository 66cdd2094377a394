"""Development cycles of year 2: themes, areas, and the steps of a term."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.urls import reverse

from content.models.packs import Pack, Piece, PieceQuerySet
from content.models.programmes import Programme
from content.models.templates import Template


class CycleQuerySet(PieceQuerySet):
    def for_reading(self) -> Self:
        """With all that the page of a cycle shows, in as many queries for one theme as for thirty."""
        areas = Area.objects.current().prefetch_related(
            models.Prefetch("diagnostic_items", DiagnosticItem.objects.current())
        )
        themes = Theme.objects.current().prefetch_related(
            models.Prefetch("areas", areas), models.Prefetch("examples", ActionStepExample.objects.current())
        )
        steps = CycleStep.objects.current().prefetch_related(models.Prefetch("templates", Template.objects.current()))
        return self.prefetch_related(models.Prefetch("themes", themes), models.Prefetch("steps", steps))


class Cycle(Piece):
    """A development cycle of year 2: two themes and the steps of a term (programme, section 4).

    Its number is its place in the year; cycles of two editions may have the same.
    """

    pack = models.ForeignKey(Pack, on_delete=models.PROTECT, related_name="cycles")
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="cycles")
    slug = models.SlugField(max_length=100, unique=True)
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    summary = models.TextField()
    overview = models.JSONField(default=list, blank=True)  # list of text, a paragraph each

    objects = CycleQuerySet.as_manager()  # type: ignore[misc]

    class Meta(Piece.Meta):
        ordering = ["number", "slug"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("content:cycle", args=[self.slug])


class Theme(Piece):
    """A theme of a cycle; its number is that of its self-study and seminar ("1.2")."""

    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="themes")
    slug = models.SlugField(max_length=100)
    number = models.CharField(max_length=10)
    title = models.CharField(max_length=200)
    summary = models.TextField(default="", blank=True)

    class Meta(Piece.Meta):
        constraints = [models.UniqueConstraint(fields=["cycle", "slug"], name="theme_slug_once_in_a_cycle")]

    def __str__(self) -> str:
        return self.title


class Area(Piece):
    """One of a theme's possible development areas, which the diagnostic asks about."""

    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, related_name="areas")
    slug = models.SlugField(max_length=100)
    title = models.CharField(max_length=200)
    text = models.TextField()

    class Meta(Piece.Meta):
        constraints = [models.UniqueConstraint(fields=["theme", "slug"], name="area_slug_once_in_a_theme")]

    def __str__(self) -> str:
        return self.title

    def items_for_ect(self) -> list["DiagnosticItem"]:
        return self._items(DiagnosticItem.View.ECT)

    def items_for_mentor(self) -> list["DiagnosticItem"]:
        return self._items(DiagnosticItem.View.MENTOR)

    def _items(self, view: "DiagnosticItem.View") -> list["DiagnosticItem"]:
        return [item for item in self.diagnostic_items.all() if item.view == view]


class DiagnosticItem(Piece):
    """A statement to rate: the ECT rates knowledge, the mentor rates what is seen in lessons."""

    class View(models.TextChoices):
        ECT = "ect", "ECT: knowledge"
        MENTOR = "mentor", "Mentor: application"

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="diagnostic_items")
    slug = models.SlugField(max_length=100)
    view = models.CharField(max_length=10, choices=View)
    text = models.TextField()

    class Meta(Piece.Meta):
        constraints = [
            models.UniqueConstraint(fields=["area", "slug"], name="diagnostic_slug_once_in_an_area"),
            models.CheckConstraint(condition=Q(view__in=["ect", "mentor"]), name="diagnostic_item_has_a_known_view"),
        ]

    def __str__(self) -> str:
        return self.text


class ActionStepExample(Piece):
    """An action step as it could be worded, to start a pair off: never to be taken over unread."""

    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, related_name="examples")
    slug = models.SlugField(max_length=100)
    title = models.CharField(max_length=200)
    text = models.TextField()

    class Meta(Piece.Meta):
        constraints = [models.UniqueConstraint(fields=["theme", "slug"], name="example_slug_once_in_a_theme")]

    def __str__(self) -> str:
        return self.title


class CycleStep(Piece):
    """A step of a cycle, in the order in which a pair takes them.

    Refocus, develop and integrate are mentor interactions and have a number, the others have none. A group of prompts
    is {"title", "prompts"} and may say which theme of the cycle it is for ("theme", a slug) and beside which section of
    the step's templates it belongs ("section", a key).
    """

    class Kind(models.TextChoices):
        DIAGNOSTIC = "diagnostic", "Diagnostic"
        REFOCUS = "refocus", "Refocus"
        SELF_STUDY = "self_study", "Self-study and seminars"
        ENGAGE = "engage", "Engage with an expert"
        DEVELOP = "develop", "Develop"
        DROP_IN = "drop_in", "Drop-in observation"
        INTEGRATE = "integrate", "Integrate"

    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="steps")
    slug = models.SlugField(max_length=100)
    kind = models.CharField(max_length=20, choices=Kind)
    interaction = models.PositiveSmallIntegerField(null=True, blank=True)
    half_term = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    summary = models.TextField()
    focus = models.TextField(default="", blank=True)
    preparation = models.JSONField(default=list, blank=True)  # list of text: what is done beforehand
    agenda = models.JSONField(default=list, blank=True)  # list of text: what the pair ticks off
    prompts = models.JSONField(default=list, blank=True)  # list of groups
    templates = models.ManyToManyField(Template, related_name="cycle_steps")  # what a record of the step starts from

    class Meta(Piece.Meta):
        constraints = [
            models.UniqueConstraint(fields=["cycle", "slug"], name="step_slug_once_in_a_cycle"),
            models.CheckConstraint(
                condition=Q(kind__in=["refocus", "develop", "integrate"], interaction__isnull=False, interaction__gt=0)
                | Q(kind__in=["diagnostic", "self_study", "engage", "drop_in"], interaction__isnull=True),
                name="step_is_an_interaction_or_has_no_number",
            ),
            models.CheckConstraint(condition=Q(half_term__in=[1, 2]), name="step_in_the_first_or_second_half_term"),
        ]

    def __str__(self) -> str:
        return self.title
