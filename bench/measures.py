"""What is measured: each page of the product beside the floor that does the same with the least."""

import re
from pathlib import Path

from cycles.models import Meeting
from observations.models import Proforma
from people.models import Induction
from reviews.models import Review

from . import pdf, report, rows, searching
from .browser import Browser, Controls
from .clock import Comparison, compare
from .crawl import OF_A_KIND, crawl
from .memory import REQUESTS, after_requests
from .report import Line
from .server import Server, serving
from .wire import Visit

PAIRS = 200
HTMX = {"HX-Request": "true"}


def form_of(page: str) -> str:
    """The form of a page with white space and the token, which differs each time, taken out."""
    form = re.search(r"<form method=\"post\".*</form>", page, re.DOTALL)[0]
    return re.sub(r"\s+", "", re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", form))


def dashboard(server: Server) -> Comparison:
    grace = Browser(server.port, rows.by_key("grace"))
    for path, what in (("/reviews/", "ours"), ("/floor/list/", "the floor")):
        shown = grace.get(path).text.count('<th scope="row"')
        if shown != 25:
            raise RuntimeError(f"{path} shows {shown} rows instead of 25, so {what} would not be comparable.")
    return compare(lambda: grace.get("/reviews/"), lambda: grace.get("/floor/list/"), pairs=PAIRS, cpu=server.cpu)


def form(server: Server, size: int) -> Comparison:
    grace = Browser(server.port, rows.by_key("grace"))
    ours, floor = f"/bench/form/{size}/", f"/floor/form/{size}/"
    if form_of(grace.get(ours).text) != form_of(grace.get(floor).text):
        raise RuntimeError(f"{ours} and {floor} differ in more than white space, so they are not comparable.")
    return compare(lambda: grace.get(ours), lambda: grace.get(floor), pairs=PAIRS, cpu=server.cpu)


def saving(server: Server, persona: str, path: str, box: str) -> Comparison:
    """What static/forms.js sends of a form while somebody types in one box, against an update of one row."""
    person = Browser(server.port, rows.by_key(persona))
    fields = Controls(person.get(path).text).hidden
    row = Review.objects.order_by("pk").first().pk
    typed = 0

    def ours():
        nonlocal typed
        typed += 1
        fields[box] = [f"What we noticed, word by word: {typed} words so far. " * 4]
        answer = person.post(path, fields, **HTMX).text
        if "Saved at" not in answer or "not yet" in answer:
            raise RuntimeError(f"{path} did not save: {answer}")
        fields.update(Controls(answer).hidden)  # the revision and digest that the next save stands on

    def floor():
        person.post(
            f"/floor/save/{row}/", {"reasons": [f"What we noticed, word by word: {typed} words so far. " * 4]}, **HTMX
        )

    return compare(ours, floor, pairs=PAIRS, cpu=server.cpu)


def visits(server: Server, meeting: Meeting) -> list[Line]:
    """The dearest first visit, with the second font, and the dearest page after it."""
    first, later = {}, {}
    people = {"": ["/accounts/login/", "/check/"], "zofia": ["/", "/reviews/"], "grace": ["/", "/reviews/"]}
    people |= {"ben": ["/", "/cycles/", "/content/"], "amira": ["/", "/experts/", f"/cycles/{meeting.pk}/"]}
    for key, paths in people.items():
        visit = Visit(Browser(server.port, rows.by_key(key) if key else None), set())
        first[key, paths[0]] = visit.open(paths[0]) / 1000
        later |= {(key, path): visit.open(path) / 1000 for path in paths}
    lines = []
    for what, sizes, limit in (("first visit", first, 120), ("later page", later, 20)):
        (key, path), most = max(sizes.items(), key=lambda item: item[1])
        of_whom = f", {key}" if key else ""
        lines.append(
            Line(f"bytes of the largest {what} (`{_pattern(path)}`{of_whom})", f"{most:.0f} kB", "", most, limit, " kB")
        )
    return lines


def _pattern(path: str) -> str:
    return re.sub(r"\d+", "…", path)


def everything(page: Path) -> int:
    """Measures, prints and writes; 1 when a limit is not met."""
    lines: list[Line] = []

    def tell(line: Line) -> None:
        print(line, flush=True)
        lines.append(line)

    meeting, review, proforma = rows.new_meeting(), rows.new_report(), Proforma.objects.latest("pk")
    with serving() as server:
        tell(Line.of("tutor's dashboard", dashboard(server), 1.6))
        tell(Line.of("form of 12 fields", form(server, 12), 1.5))
        tell(Line.of("form of 40 fields", form(server, 40), 2.0))
        tell(
            Line.of("saving a meeting as it is typed", saving(server, "ben", meeting.get_absolute_url(), "focus"), 1.6)
        )
        path = f"{proforma.get_absolute_url()}fill-in/"
        tell(Line.of("saving a proforma as it is typed", saving(server, "amira", path, "answer_suggests"), 1.6))
        path = f"{review.get_absolute_url()}edit/"
        tell(Line.of("saving a review as it is typed", saving(server, "grace", path, "reasons"), 1.6))
        for line in visits(server, meeting):
            tell(line)
    tell(Line.of("a record's sealed PDF", pdf.record(), 1.4))
    pages = crawl()
    most = max(pages, key=lambda found: found.queries)
    tell(Line(f"queries of any page (most: `/{most.route}`)", str(most.queries), "", most.queries, 12, ""))
    took = searching.slowest()
    tell(Line(f"search over {searching.SECTIONS} sections", f"{took:.1f} ms", "", took, 50, " ms"))
    grace = rows.by_key("grace")
    ours = after_requests("bench.product", grace, ["/", "/reviews/", "/content/", f"{review.get_absolute_url()}edit/"])
    bare = after_requests("bench.floor.settings", grace, ["/"])
    tell(Line("memory of two web workers", f"{ours:.0f} MB", f"{bare:.0f} MB", ours / bare, 1.4))
    report.write(
        page, lines, reports=Review.objects.count(), inductions=Induction.objects.count(), ects=rows.ECTS_OF_GRACE,
        full=rows.PAGES_FULL, requests=REQUESTS, pages=len(pages), of_a_kind=OF_A_KIND,
        more_queries=report.queries_in_words(pages, 12),
    )  # fmt: skip
    print(f"Written: docs/{page.name}")
    return int(not all(line.is_met for line in lines))
