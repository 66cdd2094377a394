"""What the worker does for printing. Safe to run twice."""

from people.models import User

from . import pdfs


def make_pdf(user_id: int, kind: str, slug: str, everything: bool) -> None:
    pdfs.make_for(User.objects.get(pk=user_id), kind, slug, everything=everything)
