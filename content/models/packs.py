"""Packs, who loaded them, and what every piece of a pack has."""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone


class PackQuerySet(models.QuerySet["Pack"]):
    def with_last_load(self) -> Self:
        """Adds `loaded_at` and `loaded_by`, the name of who loaded it last (None: loaded from the command line)."""
        loads = PackLoad.objects.filter(pack=models.OuterRef("pk")).order_by("-at", "-pk")
        return self.annotate(
            loaded_at=models.Subquery(loads.values("at")[:1]),
            loaded_by=models.Subquery(loads.values("by__name")[:1]),
        )


class Pack(models.Model):
    """One file of content. The digest is of what it says: a changed comment changes nothing."""

    slug = models.SlugField(max_length=100, unique=True)
    title = models.CharField(max_length=200)
    edition = models.CharField(max_length=50)
    digest = models.CharField(max_length=64, editable=False)

    objects = PackQuerySet.as_manager()

    class Meta:
        ordering = ["title", "slug"]

    def __str__(self) -> str:
        return self.title


class PackLoad(models.Model):
    """Who loaded a pack, when and to what effect. Rows are only ever added."""

    pack = models.ForeignKey(Pack, on_delete=models.PROTECT, related_name="loads")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    added = models.PositiveIntegerField()
    changed = models.PositiveIntegerField()
    retired = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.pack} at {self.at:%Y-%m-%d %H:%M}"


class PieceQuerySet(models.QuerySet):
    def current(self) -> Self:
        """What new records use: everything that its pack still defines."""
        return self.filter(retired=False)


class Piece(models.Model):
    """What every piece of a pack has: its place among its siblings, and whether its pack has dropped it."""

    position = models.PositiveIntegerField()
    retired = models.BooleanField(default=False)

    objects = PieceQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["position", "pk"]
