"""The pages of what is loaded."""

import pytest
from django.urls import reverse

from content.actions import load
from content.models import Cycle
from content.packs import Source
from tests.content.packs import SMALL, WITHOUT_NUMBER, small, to_read

LIST = reverse("content:list")


def text_of(response):
    return " ".join(response.content.decode().split())


@pytest.fixture
def reader(cast, sign_in):
    """An ECT: whoever is signed in may read what is taught."""
    return sign_in(cast["amira"])


@pytest.mark.django_db
def test_content_is_for_those_who_are_signed_in(client):
    load(small())
    for url in [LIST, Cycle.objects.get().get_absolute_url()]:
        assert client.get(url).status_code == 302


def test_before_anything_is_loaded_the_list_says_so(reader):
    page = text_of(reader.get(LIST))
    assert "No development cycle is loaded yet." in page


def test_the_list_tells_a_programme_administrator_what_is_loaded(cast, sign_in):
    administrator = sign_in(cast["olive"])
    assert "Nothing is loaded yet." in text_of(administrator.get(LIST))
    load(small(), by=cast["olive"])
    load([Source("s.yaml", b'slug: s\ntitle: Standards\nedition: "7"\nstandards: [{code: TS1, title: High}]\n')])
    page = text_of(administrator.get(LIST))
    assert "Edition 2026, last changed" in page
    assert "by Olive Turner" in page
    assert "by whoever runs this installation" in page
    assert f'href="{Cycle.objects.get().get_absolute_url()}"' in page


@pytest.mark.parametrize("key", ["amira", "ben", "grace", "ruth", "colin"])
def test_nobody_else_is_told_of_packs_and_editions(cast, sign_in, key):
    load(small())
    page = text_of(sign_in(cast[key]).get(LIST))
    assert f'href="{Cycle.objects.get().get_absolute_url()}"' in page
    for absent in ("What is loaded", "Edition 2026", "Upload packs"):
        assert absent not in page


def test_modules_are_in_order_of_their_numbers_and_one_without_comes_last(reader):
    load(to_read("modules:\n", f"modules:\n{WITHOUT_NUMBER}"))
    page = text_of(reader.get(LIST))
    titles = ["module 1: First module", "Year 1: A module", "Year 2: Second module"]
    assert sorted(titles, key=page.index) == titles


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_cycle_is_one_page_with_all_that_it_holds(reader, programme, number):
    cycle = Cycle.objects.get(number=number)
    page = text_of(reader.get(cycle.get_absolute_url()))
    assert "The 12 steps, in order" in page
    for theme in cycle.themes.all():
        assert theme.title in page.replace("&#x27;", "'")
        for piece in [*theme.areas.all(), *theme.examples.all()]:
            assert piece.title in page
    for step in cycle.steps.all():
        assert step.summary in page.replace("&#x27;", "'")
    assert "Written up with: Observation of an expert or Discussion with an expert." in page


def test_diagnostic_items_stand_under_whoever_rates_them(reader):
    load(small())
    page = text_of(reader.get(Cycle.objects.get().get_absolute_url()))
    ect, mentor = page.split("The mentor rates")
    assert "I know why." in ect
    assert "I know why." not in mentor
    assert "Pupils talk." in mentor


def test_what_its_pack_has_dropped_is_not_shown(reader):
    load(small())
    url = Cycle.objects.get().get_absolute_url()
    load(
        small(
            "      - slug: visit\n        kind: drop_in\n        half_term: 2\n        title: Visit\n        summary: Look.\n"
        )
    )
    assert "Visit" not in text_of(reader.get(url))
    load([Source("small.yaml", SMALL[: SMALL.index("cycles:")].encode())])
    assert reader.get(url).status_code == 404
    assert url not in text_of(reader.get(LIST))


def test_html_in_a_pack_is_shown_as_text(reader):
    wild = "<b>Wild</b>"
    text = SMALL
    for plain in [
        "A small pack",
        "Spring",
        "A term of small things.",
        "Pupils talk in pairs.",
        "I know why.",
        "Who talks?",
    ]:
        text = text.replace(plain, wild)
    text = text.replace("title: Talk", f"title: {wild}").replace(
        "summary: Choose.", f"summary: {wild}\n        focus: {wild}"
    )
    load([Source("small.yaml", text.encode())])
    for url in [LIST, Cycle.objects.get().get_absolute_url()]:
        page = text_of(reader.get(url))
        assert wild not in page
        assert "&lt;b&gt;Wild&lt;/b&gt;" in page


def many_themes(count):
    """The small pack with so many themes and steps, each with all that the first has."""
    start, end = SMALL.index("      - slug: talk"), SMALL.index("    steps:")
    visit_at, after = SMALL.index("      - slug: visit"), SMALL.index("    programme: two-years")
    theme, visit = SMALL[start:end], SMALL[visit_at:after]
    themes = "".join(theme.replace("slug: talk", f"slug: talk-{n}") for n in range(count))
    steps = "".join(visit.replace("slug: visit", f"slug: visit-{n}") for n in range(count))
    return [Source("small.yaml", (SMALL[:start] + theme + themes + SMALL[end:after] + steps + SMALL[after:]).encode())]


def test_a_page_asks_the_database_as_often_for_thirty_as_for_one(reader, cast, sign_in, django_assert_num_queries):
    load(small())
    url = Cycle.objects.get().get_absolute_url()
    reader.get(url)
    with django_assert_num_queries(OWN_QUERIES_OF_A_CYCLE + of_every_page(reader)):
        reader.get(url)
    load(many_themes(30))
    for n in range(30):
        pack = f'slug: p{n}\ntitle: P\nedition: "1"\ntemplates: [{{slug: t{n}, kind: meeting, title: T, '
        load([Source("p.yaml", (pack + "sections: [{key: k, title: K, kind: text}]}]\n").encode())])
    with django_assert_num_queries(OWN_QUERIES_OF_A_CYCLE + of_every_page(reader)):
        reader.get(url)
    administrator = sign_in(cast["olive"])
    with django_assert_num_queries(3 + of_every_page(administrator)):
        administrator.get(LIST)


# The cycle, themes, areas, diagnostic items, examples, steps, their templates; meetings of the reader, working patterns
OWN_QUERIES_OF_A_CYCLE = 9


def of_every_page(reader):
    """The queries that a page without content of its own costs: session, person and what the menu asks."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        reader.get(reverse("content:cycle", args=["no-such-cycle"]))
    return len(queries) - 1
