"""What is searched: a text for each place that a reader can go to."""

from django.db import models

from content.models.packs import Pack


class SearchEntry(models.Model):
    """The words of one place and the way to it. The rows are made from the pieces whenever packs are loaded.

    The table has an index of words that each database keeps in its own way (migration, `content.search`).
    """

    pack = models.ForeignKey(Pack, on_delete=models.CASCADE, related_name="search_entries")
    title = models.CharField(max_length=200)
    within = models.CharField(max_length=500)  # what the place is a part of, for the reader
    url = models.CharField(max_length=300)
    text = models.TextField()
    for_mentors = models.BooleanField(default=False)  # an ECT cannot go there

    class Meta:
        verbose_name_plural = "search entries"

    def __str__(self) -> str:
        return self.title
