"""A study, a session or a module on one page: what is on it for whom, and its PDF, made at once or by the worker."""

import io

import page as validator
import pypdf
import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from content.actions import load
from content.examples.actions import add
from content.models import PackLoad, StudySection
from content.packs import Source, gather
from content.printing import pdfs, tasks
from ectprogramme import pdf
from people.models import Induction
from tests.content.packs import PROGRAMME, READING, to_read


def text_of(response):
    return " ".join(response.content.decode().split())


def url(kind="studies", slug="talking", name="page", query=""):
    return reverse(f"printing:{name}", args=[kind, slug]) + query


@pytest.fixture
def pack(cast, reading):
    set_phase(cast["amira"], "secondary")


def set_phase(ect, phase):
    Induction.objects.filter(ect=ect).update(phase=phase)


@pytest.fixture
def made(monkeypatch):
    """What was rendered, in the order in which it was; rendering itself is left out."""
    rendered = []

    def render(html):
        rendered.append(html)
        return f"%PDF {len(rendered)}".encode()

    monkeypatch.setattr(pdf, "render", render)
    return rendered


@pytest.fixture
def long(monkeypatch):
    """Every document counts as long."""
    monkeypatch.setattr(pdfs, "AT_ONCE", 10)


@pytest.fixture
def queue(monkeypatch):
    """What the worker was given, and not done yet."""
    waiting = []
    monkeypatch.setattr("content.printing.views.async_task", lambda name, *args: waiting.append((name, args)))
    return waiting


# What is on the page


def test_a_study_has_the_readers_side_in_order_under_a_contents_list(pack, cast, sign_in):
    page = text_of(sign_in(cast["amira"]).get(url()))
    titles = ["Welcome", "Pairs", "What next", "About this study"]
    contents, rest = page.split("Contents</h2>")[1].split("</nav>", 1)
    for part in (contents, rest):
        places = [part.index(f">{title}</") for title in titles]
        assert places == sorted(places)
    assert "First module: elective self-study 3, 9 minutes" in page
    for words in [
        "A purpose",
        "Learn that: Reflection helps.",
        "Author (2020)",
        "Listen to one pair",
        "What did you hear?",
    ]:
        assert words in rest
    assert "Pairs, for mentors" not in page
    assert 'aria-label="Menu"' not in page


def test_a_mentor_prints_the_mentors_side_and_everybody_else_both(pack, cast, sign_in):
    page = text_of(sign_in(cast["ben"]).get(url()))
    assert "Pairs, for mentors" in page
    assert "Pupils talk in pairs." not in page
    page = text_of(sign_in(cast["grace"]).get(url()))
    assert "Pairs, for mentors" in page
    assert "Pupils talk in pairs." in page


def test_only_the_readers_phase_is_printed_unless_all_are_asked_for(pack, cast, sign_in):
    client = sign_in(cast["amira"])
    page = text_of(client.get(url()))
    assert "Mr Late" in page
    assert "Ms Early" not in page
    assert "In the early years" not in page
    assert 'href="?all"' in page
    page = text_of(client.get(url(query="?all")))
    for title in ("Mr Late", "Ms Early", "In the early years"):
        assert title in page
    assert 'href="?all"' not in page
    assert "Only my phase" in page


def test_while_the_phase_is_not_known_nothing_is_left_out(pack, cast, sign_in):
    set_phase(cast["amira"], "")
    page = text_of(sign_in(cast["amira"]).get(url()))
    for title in ("Mr Late", "Ms Early", "In the early years"):
        assert title in page
    assert 'href="?all"' not in page


def test_scenarios_come_with_their_options_where_a_section_says_so(pack, cast, sign_in):
    assert "Wait longer" not in text_of(sign_in(cast["amira"]).get(url()))
    assert "Wait longer" in text_of(sign_in(cast["ben"]).get(url()))


def test_a_module_is_all_of_its_studies_and_sessions(pack, cast, sign_in):
    page = text_of(sign_in(cast["amira"]).get(url("modules", "first-module")))
    parts = ["On talking</h2>", "Week 1 session: Talk about talk</h2>", "Week 2 session: Again</h2>"]
    places = [page.index(part) for part in parts]
    assert places == sorted(places)
    assert "<h3" in page.split("On talking</h2>")[1]
    assert "Year 1, module 1, 9 minutes" in page
    page = text_of(sign_in(cast["ben"]).get(url("modules", "second-module")))
    assert "Year 2, 2 minutes" in page
    assert "Page one" in page


def test_a_session_has_its_agenda_with_every_activity_open(pack, cast, sign_in):
    page = text_of(sign_in(cast["ben"]).get(url("sessions", "week-one")))
    assert "First module: week 1 session, 40 minutes" in page
    for words in ["Listen together", "Stop it often", "Plan together", "Small audit is rated at the start", "<h3"]:
        assert words in page
    assert "<details" not in page


def test_of_a_module_without_an_audit_a_session_says_so_much(cast, sign_in):
    load(
        [
            Source(
                "reading.yaml",
                READING.replace("    audit: small-audit\n", "").replace("audit: start", "audit: end").encode(),
            )
        ]
    )
    page = text_of(sign_in(cast["ben"]).get(url("sessions", "week-one")))
    assert (
        "The module&#x27;s audit is rated again at the end" in page
        or "The module's audit is rated again at the end" in page
    )


def test_where_nothing_is_for_the_reader_the_page_says_so(pack, cast, sign_in):
    for kind, slug in [("studies", "handbook"), ("modules", "second-module")]:
        assert "Nothing of this is for you to read." in text_of(sign_in(cast["amira"]).get(url(kind, slug)))


@pytest.mark.parametrize(
    ("kind", "slug"), [("studies", "nothing"), ("modules", "talking"), ("sessions", "x"), ("songs", "x")]
)
def test_what_is_not_there_is_not_found(pack, cast, sign_in, kind, slug):
    for name in ("page", "pdf"):
        assert sign_in(cast["amira"]).get(url(kind, slug, name)).status_code == 404


def test_what_is_printed_of_the_schools_examples_is_text_and_links_for_its_own_people(pack, cast, sign_in):
    school = Induction.objects.get(ect=cast["amira"]).school
    section = StudySection.objects.get(slug="pairs")
    some = {"kind": "text", "title": "Our pairs", "text": "See them.", "url": "", "seconds": None}
    add(section, school, some, by=cast["ben"])
    add(
        section,
        school,
        some | {"kind": "video", "title": "Film", "url": "https://v.example/1", "seconds": 61},
        by=cast["ben"],
    )
    add(
        section,
        school,
        some | {"kind": "link", "title": "Site", "text": "", "url": "https://l.example/"},
        by=cast["ben"],
    )
    page = text_of(sign_in(cast["amira"]).get(url()))
    for words in [
        "Our pairs",
        "See them.",
        "https://v.example/1",
        "a video of 1 minute 1 second",
        "https://l.example/",
    ]:
        assert words in page
    assert "Ashdown School: Ben Carter" in page
    for key in ("zofia", "colin"):
        assert "Our pairs" not in text_of(sign_in(cast[key]).get(url()))


def test_pages_lead_to_print_and_pdf(pack, cast, sign_in):
    for page, kind, slug in [
        ("content:study", "studies", "talking"),
        ("content:module", "modules", "first-module"),
        ("content:session", "sessions", "week-one"),
    ]:
        html = text_of(sign_in(cast["amira"]).get(reverse(page, args=[slug])))
        assert url(kind, slug) in html
        assert url(kind, slug, "pdf") in html


def test_a_page_asks_as_often_for_thirty_sections_as_for_three(pack, cast, sign_in, django_assert_num_queries):
    client = sign_in(cast["amira"])
    counts = []
    pages = [url(), url("modules", "first-module"), url("sessions", "week-one")]
    for address in pages:
        client.get(address)
        with CaptureQueriesContext(connection) as asked:
            client.get(address)
        counts.append(len(asked))
    study = READING[READING.index("  - slug: talking") : READING.index("  - slug: handbook")]
    more = "".join(study.replace("slug: talking", f"slug: talking-{n}") for n in range(15))
    load([Source("reading.yaml", READING.replace("  - slug: handbook", more + "  - slug: handbook").encode())])
    for address, count in zip(pages, counts, strict=True):
        with django_assert_num_queries(count):
            client.get(address)
    assert [count <= limit for count, limit in zip(counts, [10, 12, 8], strict=True)] == [True] * 3, counts


# As a PDF


def test_a_short_pdf_is_made_at_once_and_kept_for_whoever_reads_the_same(pack, cast, sign_in, made):
    amira = sign_in(cast["amira"])
    answer = amira.post(url(name="pdf"))
    assert answer.content == b"%PDF 1"
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'attachment; filename="talking.pdf"'
    assert amira.post(url(name="pdf")).content == b"%PDF 1"
    assert amira.get(url(name="pdf")).content == b"%PDF 1"
    answer = amira.post(url(name="pdf", query="?all"))
    assert answer.content == b"%PDF 2"
    assert answer["Content-Disposition"] == 'attachment; filename="talking-all-phases.pdf"'
    assert sign_in(cast["ben"]).post(url(name="pdf")).content == b"%PDF 3"


def test_opening_its_address_makes_none_and_offers_to(pack, cast, sign_in, made, queue):
    page = sign_in(cast["amira"]).get(url(name="pdf", query="?all"))
    assert f'action="{url(name="pdf")}?all"' in text_of(page)
    assert "Refresh" not in page
    assert made == queue == []


def test_nobody_gets_a_pdf_with_the_examples_of_another_school(pack, cast, sign_in, made):
    set_phase(cast["zofia"], "secondary")
    school = Induction.objects.get(ect=cast["amira"]).school
    values = {"kind": "text", "title": "Our pairs", "text": "See them.", "url": "", "seconds": None}
    add(StudySection.objects.get(slug="pairs"), school, values, by=cast["ben"])
    assert sign_in(cast["amira"]).post(url(name="pdf")).content == b"%PDF 1"
    assert sign_in(cast["zofia"]).post(url(name="pdf")).content == b"%PDF 2"
    assert "Our pairs" in made[0]
    assert "Our pairs" not in made[1]


def test_what_has_changed_is_made_anew_with_the_day_of_the_change(pack, cast, sign_in, made):
    client = sign_in(cast["amira"])
    client.post(url(name="pdf"))
    load(to_read("Pupils talk in pairs.", "Pupils talk in fours."))
    assert client.post(url(name="pdf")).content == b"%PDF 2"
    latest = PackLoad.objects.latest("at").at
    assert f'name="dcterms.modified" content="{latest:%Y-%m-%dT%H:%M}' in made[1]


@pytest.mark.parametrize("query", ["", "&all"])
def test_a_long_pdf_is_made_by_the_worker_while_a_page_waits(pack, cast, sign_in, made, long, queue, query):
    client = sign_in(cast["amira"])
    waiting = f"{url(name='pdf')}?wait{query}"
    for _ in range(2):
        assert client.post(url(name="pdf", query=query.replace("&", "?"))).url == waiting
        page = client.get(waiting)
        assert "Your PDF is being made" in text_of(page)
        assert page["Refresh"] == f"3; url={waiting}"
    assert made == []
    args = (cast["amira"].pk, "studies", "talking", bool(query))
    assert queue == [("content.printing.tasks.make_pdf", args)]
    for _ in range(2):
        tasks.make_pdf(*args)
    assert len(made) == 1
    page = client.get(waiting)
    assert "Download the PDF (6" in text_of(page)
    assert "Refresh" not in page
    assert client.get(url(name="pdf", query=query.replace("&", "?"))).content == b"%PDF 1"


def test_who_waited_in_vain_is_told_so_and_can_ask_again(pack, cast, sign_in, made, long, queue):
    client = sign_in(cast["amira"])
    client.post(url(name="pdf"))
    caches["pdfs"].clear()  # as after two minutes in which the worker did nothing
    page = client.get(f"{url(name='pdf')}?wait")
    assert "The PDF is not here" in text_of(page)
    assert "Refresh" not in page
    assert "The PDF is not here" not in text_of(client.get(url(name="pdf")))
    assert client.post(url(name="pdf")).status_code == 302
    assert len(queue) == 2


def test_making_pdfs_is_limited_for_each_person(pack, cast, sign_in, made):
    client = sign_in(cast["amira"])
    for _ in range(6):
        assert client.post(url(name="pdf")).status_code == 200
        caches["pdfs"].clear()
    assert client.post(url(name="pdf")).status_code == 429
    assert sign_in(cast["ben"]).post(url(name="pdf")).status_code == 200


def test_one_that_is_there_already_does_not_count(pack, cast, sign_in, made):
    client = sign_in(cast["amira"])
    assert {client.post(url(name="pdf")).status_code for _ in range(9)} == {200}


@pytest.mark.parametrize(
    ("kind", "slug", "key"),
    [("studies", "assessment-elective-5", "amira"), ("modules", "module-4", "ben")],
)
def test_a_pdf_is_archivable_accessible_and_has_an_outline(cast, sign_in, kind, slug, key):
    load(gather([PROGRAMME.parent]))
    document = sign_in(cast[key]).post(url(kind, slug, "pdf")).content
    faults = [
        fault
        for profile in ("pdfa3a", "ua1")
        for fault in validator.validate_pdf_bytes(document, profile=profile).failures
        if "STREAM-LENGTH" not in fault.rule_id
    ]
    assert not faults
    reader = pypdf.PdfReader(io.BytesIO(document), strict=True)
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    pages = [sheet.extract_text() for sheet in reader.pages]
    outline = [entry for entry in reader.outline if not isinstance(entry, list)]
    assert outline[0].title == reader.metadata.title
    below = [entry for entry in reader.outline[1] if not isinstance(entry, list)]
    for entry in below:
        at = reader.get_destination_page_number(entry) + 1
        assert any(line.startswith(entry.title[:30]) and line.endswith(str(at)) for line in pages[0].splitlines()) or (
            entry.title not in pages[0]
        )
    assert f"Page 2 of {len(pages)}" in pages[1]
    assert "Confidential" not in pages[0]
