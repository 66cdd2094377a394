"""Packs on their way from a programme administrator's machine: uploaded, previewed, and loaded by the worker."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from content.permissions import RULES
from people.models import User
from people.permissions import allowed


class PackUploadQuerySet(models.QuerySet["PackUpload"]):
    def visible_to(self, user: User) -> Self:
        """One's own, while one may load packs; what is in the files is fetched only when it is loaded."""
        return self.filter(by=user).defer("texts") if may_load(user) else self.none()


class PackUpload(models.Model):
    """The files that somebody has uploaded together, and what loading them would do or has done.

    The digest is of all that the preview was made from: what is loaded is what was previewed, or nothing.
    """

    class State(models.TextChoices):
        PREVIEWED = "previewed", "Previewed"
        WAITING = "waiting", "Being loaded"
        LOADED = "loaded", "Loaded"

    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=10, choices=State, default=State.PREVIEWED)
    names = models.JSONField()  # list of text: the names of the files
    texts = models.JSONField()  # list of text: what is in them
    preview = models.JSONField(default=dict)  # see content.previews
    faults = models.JSONField(default=list)  # list of text: only if what is loaded has changed since the upload
    digest = models.CharField(max_length=64)
    shown_anew = models.BooleanField(default=False)  # the preview is another than the one that was agreed to
    asked_at = models.DateTimeField(null=True)
    loaded_at = models.DateTimeField(null=True)

    objects = PackUploadQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["previewed", "waiting"], loaded_at__isnull=True)
                | Q(state="loaded", loaded_at__isnull=False),
                name="upload_is_loaded_at_a_time_or_not",
            )
        ]

    def __str__(self) -> str:
        return ", ".join(self.names)

    def get_absolute_url(self) -> str:
        return reverse("content:uploaded", args=[self.pk])

    @property
    def is_waiting(self) -> bool:
        return self.state == self.State.WAITING

    @property
    def is_loaded(self) -> bool:
        return self.state == self.State.LOADED

    @property
    def can_be_loaded(self) -> bool:
        """There is something to load, and nothing in the way."""
        return self.state == self.State.PREVIEWED and not self.faults and not self.preview["changes_nothing"]


def may_load(user: Any) -> bool:
    """Whether somebody may preview, load and download packs."""
    return allowed(user.places.roles(), RULES["load"], "")
