"""From HTML to a sealed PDF, and back: is this file one that we sealed, and is it whole?

    page = render(html, attachments={"record.json": b"{}"})
    record = seal(page, reason="Record of a signed review")
    inspect(record)  # Seal.UNTOUCHED

WeasyPrint and pyHanko take a second and 40 MB each to load, so they are imported when they are first needed.
"""

from collections.abc import Mapping
from types import MappingProxyType

from .checking import Seal, digest, inspect
from .fonts import missing_characters
from .keys import ensure_key

__all__ = ["Seal", "digest", "ensure_key", "inspect", "missing_characters", "render", "seal"]


def render(html: str, *, attachments: Mapping[str, bytes] = MappingProxyType({})) -> bytes:
    """`html` as PDF/A-3a and PDF/UA-1; equal input gives equal bytes.

    The document needs a language, a title and its dates (templates/pdf/base.html has them): ValueError without.
    Attachments are JSON, their names ASCII and ending in `.json`. Characters that no font has become
    `fonts.REPLACEMENT`: ask `missing_characters()` first to warn about them.
    """
    from .typesetting import typeset

    return typeset(html, attachments)


def seal(pdf: bytes, *, reason: str, location: str | None = None) -> bytes:
    """`pdf` with a PAdES B-B signature by the installation's key, which allows no later change."""
    from .sealing import sign

    return sign(pdf, reason=reason, location=location)
