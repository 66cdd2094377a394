"""A learning log as a table that spreadsheets open."""

import csv
import io
from collections.abc import Iterable

from .entries import Entry

HEADER = ["Date", "Kind", "What", "More", "Status", "Teachers' Standards", "Framework statements"]
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # with which a cell begins that a spreadsheet would work out (trust 27)


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
    """The text with an apostrophe before it where it would be taken for a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell
