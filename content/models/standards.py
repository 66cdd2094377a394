"""What the programme refers to: standards, the framework's statements, literature, statutory guidance."""

from typing import Self

from django.db import models

from content.models.packs import Pack, Piece, PieceQuerySet

PART_TWO = "P2"  # a code of ours, which nobody else knows: its title says Part Two


class Standard(Piece):
    """One of the eight Teachers' Standards (TS1 to TS8), or Part Two (P2)."""

    pack = models.ForeignKey(Pack, on_delete=models.PROTECT, related_name="standards")
    code = models.CharField(max_length=10, unique=True)
    title = models.CharField(max_length=200)
    points = models.JSONField(default=list, blank=True)  # list of text: what the standard asks

    def __str__(self) -> str:
        return self.title if self.code == PART_TWO else f"{self.code} {self.title}"


def standard_of(code: str) -> str:
    """The Teachers' Standard to which a framework's statement belongs: "8.3" to TS8."""
    return f"TS{code.partition('.')[0]}"


def is_practice(code: str) -> bool:
    """Whether a framework's statement is something to learn how to do; the others are to know."""
    return not code.partition(".")[2].isdigit()


class Statement(Piece):
    """A statement of the framework: "8.3" says what a teacher learns, "8.e" what they learn to do."""

    pack = models.ForeignKey(Pack, on_delete=models.PROTECT, related_name="statements")
    code = models.CharField(max_length=10, unique=True)
    text = models.TextField()

    def __str__(self) -> str:
        return f"{self.code} {self.text}"

    @property
    def is_practice(self) -> bool:
        return is_practice(self.code)


class Reference(Piece):
    """A work that sections refer to, as it stands in a list of literature."""

    pack = models.ForeignKey(Pack, on_delete=models.PROTECT, related_name="references")
    slug = models.SlugField(max_length=100, unique=True)
    text = models.TextField()
    url = models.URLField(max_length=500, default="", blank=True)

    def __str__(self) -> str:
        return self.text


class GuidanceQuerySet(PieceQuerySet):
    def for_reading(self) -> Self:
        """With what its paragraphs say, in two queries."""
        return self.prefetch_related(models.Prefetch("paragraphs", Paragraph.objects.current()))


class Guidance(Piece):
    """A document of statutory guidance that pages refer to, in one edition; `note` says what to know about that."""

    pack = models.ForeignKey(Pack, on_delete=models.PROTECT, related_name="guidance")
    slug = models.SlugField(max_length=100, unique=True)
    title = models.CharField(max_length=200)
    edition = models.CharField(max_length=50)
    note = models.TextField(default="", blank=True)
    url = models.URLField(max_length=500)

    objects = GuidanceQuerySet.as_manager()  # type: ignore[misc]

    class Meta(Piece.Meta):
        verbose_name_plural = "guidance"

    def __str__(self) -> str:
        return f"{self.title}, {self.edition}"


class Paragraph(Piece):
    """What one paragraph of the guidance says, in our own words."""

    guidance = models.ForeignKey(Guidance, on_delete=models.PROTECT, related_name="paragraphs")
    number = models.CharField(max_length=20)
    text = models.TextField()

    class Meta(Piece.Meta):
        constraints = [models.UniqueConstraint(fields=["guidance", "number"], name="paragraph_once_in_a_guidance")]

    def __str__(self) -> str:
        return f"{self.guidance.title}, paragraph {self.number}"
