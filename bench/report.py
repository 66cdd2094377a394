"""docs/performance.md: what a run has found, and how."""

import datetime
import os
import platform
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import django
from django.db import connection

from .clock import Comparison
from .crawl import Page


@dataclass(frozen=True)
class Line:
    """One figure beside its limit."""

    what: str
    ours: str
    floor: str
    found: float
    limit: float
    unit: str = "×"
    cpu: str = ""

    @property
    def is_met(self) -> bool:
        return self.found <= self.limit

    @classmethod
    def of(cls, what: str, found: Comparison, limit: float) -> "Line":
        return cls(
            what, f"{found.ours:.1f} ms", f"{found.floor:.1f} ms", found.ratio, limit, cpu=f"{found.cpu_ratio:.2f}×"
        )

    def __str__(self) -> str:
        digits = 2 if self.unit == "×" else 0
        found, limit = (f"{number:.{digits}f}{self.unit}" for number in (self.found, self.limit))
        met = "met" if self.is_met else "**not met**"
        return f"| {self.what} | {self.ours} | {self.floor} | {found} | {limit} | {met} | {self.cpu} |"


PAGE = """# Speed

Written by `bench/run`, which measures all of this anew on the machine it runs on, in one run, and takes a minute or two.
Only ratios and counts mean something on another machine.

Measured on {day}: {machine}.

| what | ours | floor | found | limit | | processor time |
|---|---|---|---|---|---|---|
{lines}

## What was measured

**Ours and the floor take turns**, 200 times each (12 for the PDF), after a warm-up; compared are the medians of the time until the
whole answer is there. The processor time that both took in the server is given beside it: neighbours on the machine change it
less. Both sides run in the same two gunicorn workers as `./run` starts them, with the settings of an installation (the second
step at sign-in is demanded), one person's session, one connection that stays open, and the same database with {reports:,}
reports, {inductions:,} inductions and as many people: {database}. The floors are in `bench/floor/`.

- The dashboard: `/reviews/` of a tutor of {ects} ECTs, 25 rows with signatures, next steps and menu. Floor: the first 25 drafts
  of the table by one query that an index answers, in one flat template, without signatures and menu.
- Forms: the form pack, fields of all kinds with labels, hints and values. Floor: the same Django form with each field written
  out in one flat template. The two are checked to be the same HTML.
- Saving: what the page sends while somebody types in one box, which is that box and the hidden fields; found among what the
  person may see, validated, compared with what is stored, saved, and answered with what the page stands on now. Floor: one box,
  one `UPDATE` in one transaction, of a record that is not fetched.
- The PDF: from the record's content to the sealed PDF/A-3a and PDF/UA-1 with its data attached. Floor: WeasyPrint on the same
  HTML, to a plain PDF, with the same style sheet and fonts, read once.
- Search: the words of a question looked up, ranked and marked in the first twenty places, without the page around them; the
  slowest of four questions in a programme with 700 sections of 600 words more. There is no floor: the limit is a time.
- Memory: both workers and their parent after {requests} pages of a tutor. Floor: the same server, middleware and sign-in with a
  list of people, and nothing of ours but who they are.

**Queries** are counted on every page that a person of the demonstration reaches by links ({pages} pages, at most {of_a_kind} of a
kind for each person), after a tutor has got {ects} ECTs, and an ECT {full} meetings and as many proformas.
{more_queries}
One page grows: allauth's list of the browsers in which one is signed in asks four times for each of them.

**Bytes** are those of the answers with their headers, asked for with `Accept-Encoding: gzip, deflate, br`: the page, its style
sheet and scripts, and each font of which the page has a letter. A later page costs what is not in the browser's cache: style
sheets, scripts and fonts are kept for good. The second font, for letters as in Łukaszewska, is part of the first visit given
where a name on that page needs it.
"""


def queries_in_words(pages: Iterable[Page], limit: int) -> str:
    """The pages above the limit, the worst person of each; nothing when there is none."""
    worst: dict[str, Page] = {}
    for page in pages:
        if page.queries > limit and page.queries > getattr(worst.get(page.route), "queries", 0):
            worst[page.route] = page
    if not worst:
        return f"None asks more than {limit} times."
    rows = "\n".join(f"| `/{page.route}` | {page.queries} | {page.persona} |" for page in worst.values())
    return f"These ask more than {limit} times:\n\n| page | queries | person |\n|---|---|---|\n{rows}"


def machine() -> str:
    """The class of machine, without a name or a path."""
    model = next(
        (line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line),
        platform.machine(),
    )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    return (
        f"{os.cpu_count()} cores ({model}), {memory:.0f} GB, Python {platform.python_version()}, Django "
        f"{django.get_version()}; load average {os.getloadavg()[0]:.1f}, so {_company()}"
    )


def _company() -> str:
    return "other work was going on" if os.getloadavg()[0] > 2 else "little else was going on"


def database() -> str:
    """With what it does before it says that something is saved."""
    if connection.vendor == "sqlite":
        return "SQLite with a write-ahead log and `synchronous=FULL`"
    return f"PostgreSQL {connection.pg_version // 10000}"


def write(path: Path, lines: Iterable[Line], **facts: object) -> None:
    path.write_text(
        PAGE.format(
            day=f"{datetime.date.today():%d %B %Y}".lstrip("0"), machine=machine(), database=database(),
            lines="\n".join(map(str, lines)), **facts,
        )
    )  # fmt: skip
