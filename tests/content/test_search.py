"""Search over all content: every piece that can be read is found, in any form of its words, with the words marked."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from content import search
from content.actions import load
from content.models import SearchEntry
from content.packs import Source
from tests.content.packs import SMALL, small

pytestmark = pytest.mark.django_db

SEARCH = reverse("content:search")
READING = """\
slug: reading
title: Reading
edition: "1"
programmes:
  - slug: two-years
    title: Two years
    summary: All of it.
modules:
  - slug: marking
    programme: two-years
    year: 1
    title: Marking
    summary: A module.
studies:
  - slug: feedback
    module: marking
    kind: elective
    title: Feedback that moves
    summary: On quokkas.
    area: Wombats
    sections:
      - slug: why
        title: Why it matters
        audience: ect
        minutes: 3
        text: "**Marking** takes time; café & <b>talk</b> is quicker."
        reflection: What about dingoes?
        ingredients:
          - slug: clear
            title: Clarity
            text: Say what a platypus does.
      - slug: now
        title: Apply it
        audience: mentor
        minutes: 3
        text: Think.
        shows: scenarios
      - slug: then
        title: Options
        audience: mentor
        minutes: 3
        text: Choose.
        shows: scenario_options
      - slug: next
        title: Next
        audience: both
        minutes: 3
        text: Do.
        shows: actions
    scenarios:
      - slug: eyfs
        phase: eyfs
        title: Early years
        text: Ms Bandicoot teaches.
        options: [Ask an echidna]
    actions:
      - slug: journal
        title: A journal
        text: Write of kookaburras.
        ingredients: [why/clear]
guidance:
  - slug: induction
    title: Induction
    edition: First
    url: https://guidance.example/
    paragraphs:
      - number: "2.52"
        text: Reports of thylacines.
sessions:
  - slug: week-6
    module: marking
    week: 6
    title: Week six
    summary: On numbats.
    agenda:
      - slug: review
        title: Review
        minutes: 5
        text: Look at bilbies.
        activities:
          - slug: look
            title: Look
            text: See koalas.
            supports: [Bring a potoroo]
"""
ALONE = {
    # a word that is in one place only: the address of that place
    "quokka": ("content:study", "feedback"),
    "wombat": ("content:study", "feedback"),
    "dingo": ("content:section", "feedback", "why"),
    "platypus": ("content:section", "feedback", "why"),
    "bandicoot": ("content:section", "feedback", "now"),
    "echidna": ("content:section", "feedback", "then"),
    "kookaburra": ("content:section", "feedback", "next"),
    "numbat": ("content:session", "week-6"),
    "bilby": ("content:session", "week-6"),
    "koala": ("content:session", "week-6"),
    "potoroo": ("content:session", "week-6"),
}


def found(question, **options):
    return search.find(question, **{"mentors_pages": True, **options})


@pytest.fixture(scope="session")
def reading_of_today(made_once):
    """The rows of the pack above."""
    return made_once(lambda: load([Source("reading.yaml", READING.encode())]))


@pytest.fixture
def reading(reading_of_today):
    reading_of_today.put_or_make()
    search.index()  # SQLite keeps the words beside the rows


@pytest.mark.usefixtures("reading")
@pytest.mark.parametrize(("word", "address"), ALONE.items())
def test_every_text_that_is_read_is_found_where_it_stands(word, address):
    assert [hit.url for hit in found(word).hits] == [reverse(address[0], args=address[1:])]


def test_a_cycle_is_found_by_its_themes_areas_and_steps():
    load(small())
    url = reverse("content:cycle", args=["spring"])
    assert [hit.url for hit in found("small things").hits] == [url]
    assert [hit.url for hit in found("minutes").hits] == [f"{url}#themes"]
    assert [hit.url for hit in found("who").hits or found("choosing").hits] == [f"{url}#steps"]


@pytest.mark.usefixtures("reading")
def test_guidance_is_found_at_its_paragraph():
    (hit,) = found("thylacine").hits
    assert (hit.title, hit.within) == ("Paragraph 2.52", "Induction, First")
    assert hit.url == reverse("content:guidance") + "#paragraph-2.52"


@pytest.mark.usefixtures("reading")
def test_other_forms_of_a_word_are_found_and_marked_and_nothing_else_is_html():
    (hit,) = found("takes times").hits
    assert (hit.title, hit.within) == ("Why it matters", "Marking: Feedback that moves (for ECT)")
    assert "<mark>takes</mark> <mark>time</mark>" in hit.excerpt
    assert "<b>" not in hit.excerpt
    assert "**" not in hit.excerpt


@pytest.mark.usefixtures("reading")
def test_places_with_all_the_words_come_alone_and_without_any_those_with_some_of_them():
    assert len(found("marking time").hits) == 1
    assert len(found("marking zebra").hits) == 1
    assert found("zebra").hits == []
    assert found(" ?! ").hits == []


def test_a_statement_is_found_by_its_code_where_it_is_taught():
    with_code = READING.replace("guidance:\n", 'statements:\n  - code: "6.3"\n    text: Decide first.\nguidance:\n', 1)
    text = with_code.replace("    week: 6\n", '    week: 6\n    statements: ["6.3"]\n', 1)
    load([Source("reading.yaml", text.encode())])
    assert [hit.title for hit in found("6.3").hits] == ["Week six"]
    assert found("3.6").total == 0


@pytest.mark.usefixtures("reading")
def test_words_that_are_everywhere_count_only_when_nothing_else_is_asked():
    assert found("what of the dingoes").total == found("dingoes").total == 1
    assert [hit.title for hit in found("takes the").hits] == ["Why it matters"]


@pytest.mark.usefixtures("reading")
def test_a_word_in_a_title_comes_before_one_in_a_text():
    load([Source("small.yaml", _other().encode())])
    assert [hit.title for hit in found("feedback").hits] == ["Feedback that moves", "Spring"]


def _other():
    """The small pack as a part of the programme of the other, with a text that has a word of that one's title."""
    return SMALL[: SMALL.index("programmes:")].replace("A term of small things.", "Feedback for a term of feedback.")


@pytest.mark.usefixtures("reading")
@pytest.mark.parametrize(
    "odd", ["'", '"', "(", "a'b", "NEAR(", "near/3 x", "* OR", "c:\\", "-x", "^y", "😀", "x\x02y", "& | !"]
)
def test_no_sign_breaks_the_search(odd):
    assert reverse("content:section", args=["feedback", "why"]) in [hit.url for hit in found(odd + " dingoes").hits]


@pytest.mark.usefixtures("reading")
def test_what_is_for_mentors_only_is_not_found_by_those_who_cannot_go_there():
    assert found("bandicoot").total == 1
    assert found("bandicoot", mentors_pages=False).hits == []
    assert found("dingo", mentors_pages=False).total == 1


def test_an_ect_finds_what_a_mentor_finds_but_for_the_mentors_pages(reading, cast, sign_in):
    for name, says in [("amira", "Nothing found"), ("ben", "One result"), ("grace", "One result")]:
        assert says in sign_in(cast[name]).get(SEARCH, {"q": "bandicoot"}).content.decode()


@pytest.mark.usefixtures("reading")
def test_what_is_retired_is_found_no_longer():
    assert found("numbat").hits
    load([Source("reading.yaml", READING[: READING.index("sessions:")].encode())])
    assert found("numbat").hits == []
    assert str(SearchEntry.objects.get(title="Options")) == "Options"


def test_hits_come_in_pages_that_say_how_many_there_are():
    areas = "".join(
        f"          - slug: area-{n}\n            title: Area {n}\n            text: Meerkats.\n"
        "            diagnostic_items: [{slug: i, view: ect, text: I}]\n"
        for n in range(45)
    )
    text = SMALL.replace("          - slug: pairs\n", areas + "          - slug: pairs\n")
    load([Source("small.yaml", text.encode())])
    hits = found("meerkat", limit=20, offset=40)
    assert (len(hits.hits), hits.total) == (5, 45)


# The page.


@pytest.fixture
def reader(cast, sign_in):
    return sign_in(cast["amira"])


def test_the_page_shows_the_words_in_their_context(reader, reading):
    page = reader.get(SEARCH, {"q": "dingo"}).content.decode()
    assert "One result" in page
    assert "<mark>dingoes</mark>" in page
    assert "<title>dingo: search" in page


def test_the_page_says_when_there_is_nothing_and_when_nothing_was_asked(reader, reading):
    assert "Nothing found" in reader.get(SEARCH, {"q": "zebra"}).content.decode()
    assert "Type what you are looking for" in reader.get(SEARCH, {"q": " "}).content.decode()
    first = reader.get(SEARCH).content.decode()
    assert "Nothing found" not in first
    assert "There is a problem" not in first


def test_the_pages_of_hits_lead_to_one_another(reader):
    areas = "".join(
        f"          - slug: area-{n}\n            title: Area {n}\n            text: Meerkats.\n"
        "            diagnostic_items: [{slug: i, view: ect, text: I}]\n"
        for n in range(45)
    )
    load(
        [Source("small.yaml", SMALL.replace("          - slug: pairs\n", areas + "          - slug: pairs\n").encode())]
    )
    first, second, third = (
        reader.get(SEARCH, {"q": "meerkats", "page": page}).content.decode() for page in ("", "2", "3")
    )
    assert "1 to 20 of 45 results" in first
    assert "Previous page" not in first
    assert "?q=meerkats&amp;page=2" in first
    assert "21 to 40 of 45 results" in second
    assert "Previous page" in second
    assert "41 to 45 of 45 results" in third
    assert "Next page" not in third
    beyond = reader.get(SEARCH, {"q": "meerkats", "page": "9"}, follow=True).content.decode()
    assert "1 to 20 of 45 results" in beyond
    assert "Nothing found" in reader.get(SEARCH, {"q": "nowhere", "page": "9"}, follow=True).content.decode()


def test_a_search_costs_one_query_of_its_own(reader, reading):
    with CaptureQueriesContext(connection) as without:
        reader.get(SEARCH)
    with CaptureQueriesContext(connection) as queries:
        reader.get(SEARCH, {"q": "dingo"})
    assert len(queries) == len(without) + 1
