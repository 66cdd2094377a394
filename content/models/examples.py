"""A school's own examples: rows of their own beside the sections that ask for one; no pack defines or changes them."""

import secrets
from typing import Self
from urllib.parse import urlsplit

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from content.examples.permissions import RULES
from content.models.programmes import StudySection
from people.models import Event, School, User
from people.permissions import EVERY_STATE

LONGEST_VIDEO = 180  # seconds: what the programme's documents suggest (`000`, `001`)


def made_up_name(example: "SchoolExample", original: str) -> str:
    """Where an upload is kept: nothing that a person chose becomes part of a path (trust 30)."""
    return f"examples/{secrets.token_hex(16)}"


class SchoolExampleQuerySet(models.QuerySet["SchoolExample"]):
    def visible_to(self, user: User) -> Self:
        return self._where(user, "see")

    def kept_by(self, user: User) -> Self:
        """Those that this person may change."""
        return self._where(user, "keep")

    def removable_by(self, user: User) -> Self:
        """Those that this person may remove: whichever they have added, and all where they look after the school's."""
        added = Event.objects.filter(subject=self.model._meta.label_lower, what="add_example", by=user)
        return self._where(user, "remove") | self.kept_by(user).filter(pk__in=added.values("subject_id"))

    def _where(self, user: User, action: str) -> Self:
        condition = Q(pk__in=())
        for role, audiences in RULES[action].items():
            there = Q(school__in=user.places.schools_of([role]))
            condition |= there if audiences is EVERY_STATE else there & Q(section__audience__in=audiences)
        return self.filter(condition)

    def for_list(self) -> Self:
        """With all that is shown of each."""
        return self.select_related("school", "saved_by")


class SchoolExample(models.Model):
    """How something looks at one school: in words, behind a link, as a short video elsewhere, or as a file.

    `text` says what to notice in it; of an example in words it is the example. `saved_by` has changed it last.
    """

    class Kind(models.TextChoices):
        TEXT = "text", "Words"
        LINK = "link", "A link"
        VIDEO = "video", "A link to a video"
        FILE = "file", "A file"

    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="examples")
    section = models.ForeignKey(StudySection, on_delete=models.PROTECT, related_name="school_examples")
    kind = models.CharField(max_length=10, choices=Kind)
    title = models.CharField(max_length=140)
    text = models.TextField(default="", blank=True)
    url = models.CharField(max_length=500, default="", blank=True)
    seconds = models.PositiveIntegerField(null=True, blank=True)  # how long a video takes
    file = models.FileField(upload_to=made_up_name, default="", blank=True)
    file_name = models.CharField(max_length=255, default="", blank=True)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField(default=timezone.now)
    revision = models.PositiveIntegerField(default=0)

    objects = SchoolExampleQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="text", url="", seconds__isnull=True, file="") & ~Q(text="")
                | Q(kind="link", seconds__isnull=True, file="") & ~Q(url="")
                | Q(kind="video", seconds__isnull=False, seconds__gt=0, file="") & ~Q(url="")
                | Q(kind="file", url="", seconds__isnull=True) & ~Q(file="") & ~Q(file_name=""),
                name="example_has_what_its_kind_needs",
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("examples:change", args=[self.pk])

    @property
    def host(self) -> str:
        """Where a link leads, so that people know before they follow it."""
        return urlsplit(self.url).hostname or ""

    @property
    def length(self) -> str:
        """How long a video takes, in words."""
        minutes, seconds = divmod(self.seconds or 0, 60)
        parts = [(minutes, "minute"), (seconds, "second")]
        return " ".join(f"{count} {unit}{'' if count == 1 else 's'}" for count, unit in parts if count)

    @property
    def is_long(self) -> bool:
        """Longer than people of the programme are asked to keep a video; a warning, never a refusal."""
        return (self.seconds or 0) > LONGEST_VIDEO


def examples_for(user: User) -> models.Prefetch:
    """With each section as `examples`: those that this person sees."""
    return models.Prefetch("school_examples", SchoolExample.objects.visible_to(user).for_list(), to_attr="examples")
