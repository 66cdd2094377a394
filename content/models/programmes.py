"""Programmes, and in year 1 their modules with self-studies to read and sessions to hold."""

from typing import Self

from django.db import models
from django.db.models import F, OuterRef, Q
from django.urls import reverse

from content.models.packs import Pack, Piece, PieceQuerySet
from content.models.standards import Reference, Statement
from content.models.templates import Template
from ectprogramme.rows import Rows
from people.models import Phase


class Programme(Piece):
    """What an ECT follows over two years: the modules of year 1 and the development cycles of year 2."""

    pack = models.ForeignKey(Pack, on_delete=models.PROTECT, related_name="programmes")
    slug = models.SlugField(max_length=100, unique=True)
    title = models.CharField(max_length=200)
    summary = models.TextField()

    def __str__(self) -> str:
        return self.title


class Module(Piece):
    """A part of a programme: studies to read, sessions to hold, and an audit at its start and end."""

    pack = models.ForeignKey(Pack, on_delete=models.PROTECT, related_name="modules")
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="modules")
    slug = models.SlugField(max_length=100, unique=True)
    year = models.PositiveSmallIntegerField()
    number = models.PositiveSmallIntegerField(null=True, blank=True)
    title = models.CharField(max_length=200)
    summary = models.TextField()
    audit = models.ForeignKey(Template, on_delete=models.PROTECT, null=True, blank=True, related_name="modules")

    class Meta(Piece.Meta):
        ordering = ["year", F("number").asc(nulls_last=True), "slug"]
        constraints = [models.CheckConstraint(condition=Q(year__in=[1, 2]), name="module_in_year_1_or_2")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("content:module", args=[self.slug])


class StudyQuerySet(PieceQuerySet):
    def for_reading(self) -> Self:
        """With all that its pages show, in as many queries for one section as for thirty."""
        sections = StudySection.objects.current().prefetch_related(
            models.Prefetch("ingredients", Ingredient.objects.current()), "statements", "references"
        )
        return self.select_related("module").prefetch_related(
            models.Prefetch("sections", sections),
            models.Prefetch("scenarios", Scenario.objects.current()),
            models.Prefetch("actions", SuggestedAction.objects.current()),
        )


class Study(Piece):
    """What is read in one go: a core or elective self-study, or a handbook. Some sections are the ECT's, some the mentor's.

    `area` says what an elective helps with, for those who choose one; `after` are the studies that come first.
    """

    class Kind(models.TextChoices):
        CORE = "core", "Self-study"
        ELECTIVE = "elective", "Elective self-study"
        HANDBOOK = "handbook", "Handbook"

    pack = models.ForeignKey(Pack, on_delete=models.PROTECT, related_name="studies")
    module = models.ForeignKey(Module, on_delete=models.PROTECT, related_name="studies")
    slug = models.SlugField(max_length=100, unique=True)
    kind = models.CharField(max_length=20, choices=Kind)
    number = models.PositiveSmallIntegerField(null=True, blank=True)
    title = models.CharField(max_length=200)
    summary = models.TextField()
    area = models.CharField(max_length=200, default="", blank=True)
    after = models.ManyToManyField("self", symmetrical=False, related_name="before")

    objects = StudyQuerySet.as_manager()  # type: ignore[misc]

    class Meta(Piece.Meta):
        verbose_name_plural = "studies"
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["core", "elective", "handbook"]), name="study_has_a_known_kind"
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("content:study", args=[self.slug])


class StudySectionQuerySet(PieceQuerySet):
    def with_sources(self) -> Self:
        """With `its_statements` (code, text) and `its_references` (text, url), in the same query."""
        here = OuterRef("pk")
        return self.annotate(
            its_statements=Rows(Statement.objects.filter(study_sections=here), "code", "text"),
            its_references=Rows(Reference.objects.filter(study_sections=here), "text", "url"),
        )


class StudySection(Piece):
    """A section to read, in Markdown.

    `beside` is, for a mentor's section, the slug of the ECT's section that it goes with. Without phases it is for all.
    `school_example` asks the school for an example of its own and says of what; `reflection` asks the reader. One that is
    `optional` nobody has to read: it is not ticked, and counts in no minutes and no progress.
    """

    class Audience(models.TextChoices):
        ECT = "ect", "ECT"
        MENTOR = "mentor", "Mentor"
        BOTH = "both", "ECT and mentor"

    class Shows(models.TextChoices):
        SCENARIOS = "scenarios", "Scenarios"
        SCENARIO_OPTIONS = "scenario_options", "Scenarios with their options"
        ACTIONS = "actions", "Suggested actions"

    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="sections")
    slug = models.SlugField(max_length=100)
    title = models.CharField(max_length=200)
    audience = models.CharField(max_length=10, choices=Audience)
    minutes = models.PositiveSmallIntegerField()
    optional = models.BooleanField(default=False)
    phases = models.JSONField(default=list, blank=True)  # list of Phase
    text = models.TextField()
    beside = models.SlugField(max_length=100, default="", blank=True)
    school_example = models.TextField(default="", blank=True)
    reflection = models.TextField(default="", blank=True)
    shows = models.CharField(max_length=20, choices=Shows, default="", blank=True)
    statements = models.ManyToManyField(Statement, related_name="study_sections")
    references = models.ManyToManyField(Reference, related_name="study_sections")

    objects = StudySectionQuerySet.as_manager()  # type: ignore[misc]

    class Meta(Piece.Meta):
        constraints = [
            models.UniqueConstraint(fields=["study", "slug"], name="section_slug_once_in_a_study"),
            models.CheckConstraint(
                condition=Q(audience__in=["ect", "mentor", "both"]), name="study_section_has_a_known_audience"
            ),
            models.CheckConstraint(condition=Q(minutes__gt=0), name="study_section_minutes_above_nought"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("content:section", args=[self.study.slug, self.slug])

    @property
    def for_whom(self) -> str:
        return {"ect": "the ECT", "mentor": "the mentor"}.get(self.audience, "both")


class Ingredient(Piece):
    """An active ingredient: what makes a practice work, in whatever subject or phase."""

    section = models.ForeignKey(StudySection, on_delete=models.PROTECT, related_name="ingredients")
    slug = models.SlugField(max_length=100)
    title = models.CharField(max_length=200)
    text = models.TextField()

    class Meta(Piece.Meta):
        constraints = [models.UniqueConstraint(fields=["section", "slug"], name="ingredient_slug_once_in_a_section")]

    def __str__(self) -> str:
        return self.title


class Scenario(Piece):
    """A teacher of one phase whom a study thinks about, and what could be done there."""

    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="scenarios")
    slug = models.SlugField(max_length=100)
    phase = models.CharField(max_length=30, choices=Phase)
    title = models.CharField(max_length=200)
    text = models.TextField()
    options = models.JSONField(default=list)  # list of text

    class Meta(Piece.Meta):
        constraints = [models.UniqueConstraint(fields=["study", "slug"], name="scenario_slug_once_in_a_study")]

    def __str__(self) -> str:
        return self.title


class SuggestedAction(Piece):
    """Something an ECT could do next; `ingredients` are "section/ingredient" within the study."""

    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="actions")
    slug = models.SlugField(max_length=100)
    title = models.CharField(max_length=200)
    text = models.TextField()
    ingredients = models.JSONField(default=list)  # list of text

    class Meta(Piece.Meta):
        constraints = [models.UniqueConstraint(fields=["study", "slug"], name="action_slug_once_in_a_study")]

    def __str__(self) -> str:
        return self.title


class SessionQuerySet(PieceQuerySet):
    def for_reading(self) -> Self:
        """With its agenda and activities, in as many queries for one as for thirty."""
        agenda = AgendaItem.objects.current().prefetch_related(
            models.Prefetch("activities", Activity.objects.current())
        )
        return self.select_related("module__audit").prefetch_related(models.Prefetch("agenda", agenda), "statements")


class Session(Piece):
    """A week's meeting of mentor and ECT in a module, with its timed agenda; `audit` is when the module's is rated."""

    class AuditAt(models.TextChoices):
        START = "start", "At the start of the module"
        END = "end", "At the end of the module"

    pack = models.ForeignKey(Pack, on_delete=models.PROTECT, related_name="sessions")
    module = models.ForeignKey(Module, on_delete=models.PROTECT, related_name="sessions")
    slug = models.SlugField(max_length=100, unique=True)
    week = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    summary = models.TextField()
    audit = models.CharField(max_length=10, choices=AuditAt, default="", blank=True)
    statements = models.ManyToManyField(Statement, related_name="sessions")

    objects = SessionQuerySet.as_manager()  # type: ignore[misc]

    class Meta(Piece.Meta):
        ordering = ["week", "slug"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("content:session", args=[self.slug])


class AgendaItem(Piece):
    """A part of a session with its minutes; some offer activities of which the pair chooses."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="agenda")
    slug = models.SlugField(max_length=100)
    title = models.CharField(max_length=200)
    minutes = models.PositiveSmallIntegerField()
    text = models.TextField()

    class Meta(Piece.Meta):
        constraints = [
            models.UniqueConstraint(fields=["session", "slug"], name="agenda_slug_once_in_a_session"),
            models.CheckConstraint(condition=Q(minutes__gt=0), name="agenda_minutes_above_nought"),
        ]

    def __str__(self) -> str:
        return self.title


class Activity(Piece):
    """An activity and what supports it: ways to get the most out of it."""

    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="activities")
    slug = models.SlugField(max_length=100)
    title = models.CharField(max_length=200)
    text = models.TextField()
    supports = models.JSONField(default=list)  # list of text

    class Meta(Piece.Meta):
        verbose_name_plural = "activities"
        constraints = [models.UniqueConstraint(fields=["item", "slug"], name="activity_slug_once_in_an_item")]

    def __str__(self) -> str:
        return self.title
