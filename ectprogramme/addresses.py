"""What stands in an address."""

from django.http import Http404


def number(text: str) -> int:
    """A number of a row, as a list's own links carry it; what is none leads nowhere."""
    if not (text.isascii() and text.isdecimal() and len(text) < 16):
        raise Http404
    return int(text)
