"""PDFs of what is read: made once from the same words, kept for an hour, and shared by whoever reads the same."""

import hashlib

from django.core.cache import caches
from django.template.loader import render_to_string

from content.reading import Reader
from ectprogramme import pdf
from people.models import User

from . import printouts

AT_ONCE = 100_000  # characters of HTML, some 2 seconds of processor time: what is shorter is made in the request
KEPT = 60 * 60  # seconds
ASKED = 120  # seconds that the worker is waited for until it is asked again: it gives a job no longer


def html_of(printout: printouts.Printout) -> str:
    return render_to_string("pdf/reading.html", {"printout": printout, "made_at": printout.made_at})


def key_of(html: str) -> str:
    """Whoever has the same words has the same PDF; nobody else can name it."""
    return hashlib.sha256(html.encode()).hexdigest()


def kept(html: str) -> bytes | None:
    """The PDF of these words, if it has been made within the hour."""
    return caches["pdfs"].get(key_of(html))


def make(html: str) -> bytes:
    made = pdf.render(html)
    caches["pdfs"].set(key_of(html), made, KEPT)
    return made


def first_to_ask(html: str) -> bool:
    """Whether nobody waits for this PDF already; says so once."""
    return caches["pdfs"].add(f"asked-{key_of(html)}", True, ASKED)


def is_asked(html: str) -> bool:
    return bool(caches["pdfs"].get(f"asked-{key_of(html)}"))


def make_for(user: User, kind: str, slug: str, *, everything: bool) -> None:
    """What the worker makes: the PDF as this person reads it now."""
    html = html_of(printouts.find(Reader.of(user), kind, slug, everything=everything))
    if kept(html) is None:
        make(html)
