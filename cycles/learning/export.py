"""A learning log as a table that spreadsheets open."""

import csv
import io
import unicodedata
from collections.abc import Iterable

from .entries import Entry

HEADER = ["Date", "Kind", "What", "More", "Status", "Teachers' Standards", "Framework statements"]
FORMULA = ("=", "+", "-", "@")  # with which a cell begins that a spreadsheet would work out (trust 27)
BREAKS = ("\t", "\r", "\n")  # after which some spreadsheets begin another cell
FILLERS = "\u115f\u1160\u2800\u3164\uffa0"  # letters and a symbol by their class, and blank


def as_csv(entries: Iterable[Entry]) -> bytes:
    """UTF-8 with a mark that it is, which spreadsheets look for. No cell is a formula."""
    table = io.StringIO()
    writer = csv.writer(table, quoting=csv.QUOTE_ALL)
    writer.writerow(HEADER)
    for entry in entries:
        row = [
            entry.on.isoformat(), entry.kind.label, entry.title, entry.words, entry.status,
            ", ".join(sorted(entry.standards)), ", ".join(sorted(entry.codes)),
        ]  # fmt: skip
        writer.writerow(map(harmless, row))
    return table.getvalue().encode("utf-8-sig")


def harmless(cell: str) -> str:
    """The text with an apostrophe before it where it would be taken for a formula.

    Some spreadsheets pass over what cannot be seen before a sign, and take its full-width form for the sign itself.
    """
    first = next((character for character in cell if _can_be_seen(character)), "")
    is_formula = unicodedata.normalize("NFKC", first).startswith(FORMULA)
    return f"'{cell}" if is_formula or cell.startswith(BREAKS) else cell


def _can_be_seen(character: str) -> bool:
    """Control and format characters, blanks and marks without a letter cannot."""
    return unicodedata.category(character)[0] not in "CZM" and character not in FILLERS
