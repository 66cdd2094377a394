"""Who is who, on the page."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.utils import timezone

from people.actions import appoint
from people.models import Induction, School, User
from people.permissions import Role
from people.views import ROWS


def test_an_induction_shows_its_people_and_who_sees_what(cast, sign_in):
    induction = Induction.objects.get(ect=cast["amira"])
    html = sign_in(cast["amira"]).get(induction.get_absolute_url()).content.decode()
    for words in ("Ben Carter", "Grace Okafor", "1000001", "Meetings: the notes", "ECT, mentor"):
        assert words in html


@pytest.mark.parametrize(
    ("key", "sees"), [("amira", True), ("grace", True), ("colin", True), ("ben", False), ("joan", False)]
)
def test_dates_of_reviews_are_offered_to_those_who_see_them(cast, sign_in, key, sees):
    induction = Induction.objects.get(ect=cast["amira"])
    html = sign_in(cast[key]).get(induction.get_absolute_url()).content.decode()
    assert ("Dates of reviews" in html) == sees


def test_a_school_shows_its_ects_and_terms(cast, sign_in, django_assert_max_num_queries):
    school = School.objects.get(name="Ashdown School")
    client = sign_in(cast["joan"])
    with django_assert_max_num_queries(8):
        html = client.get(school.get_absolute_url()).content.decode()
    assert "Amira Khan" in html
    assert "Tom Hughes" in html
    assert "Zofia" not in html
    assert "Autumn" in html


def test_a_tutor_sees_only_their_own_ects_of_the_school(cast, sign_in):
    school = School.objects.get(name="Ashdown School")
    Induction.objects.get(ect=cast["tom"]).posts.all().delete()
    html = sign_in(cast["grace"]).get(school.get_absolute_url()).content.decode()
    assert "Amira Khan" in html
    assert "Tom Hughes" not in html


# Lists


def test_a_list_names_the_mentor_and_the_tutor_of_today(cast, sign_in):
    induction = Induction.objects.get(ect=cast["amira"])
    today = timezone.localdate()
    appoint(cast["priya"], Role.MENTOR, induction, starts_on=today, by=None)
    induction.posts.filter(role=Role.TUTOR).update(ends_on=today - timedelta(days=1))
    page = BeautifulSoup(sign_in(cast["ruth"]).get("/inductions/").content, "html.parser")
    row = next(row for row in page.select("tbody tr") if row.th.text == "Amira Khan")
    assert [cell.text for cell in row.select("td")[-2:]] == ["Priya Shah", "None yet"]


@pytest.fixture
def forty(cast):
    """Forty more ECTs at Ashdown, and forty more schools of its appropriate body."""
    ashdown = School.objects.get(name="Ashdown School")
    ects = User.objects.bulk_create(User(email=f"{n}@school.example", name=f"Teacher {n:02}") for n in range(40))
    Induction.objects.bulk_create(
        Induction(
            ect=ect, school=ashdown, appropriate_body=ashdown.appropriate_body, trn="2000000", starts_on=timezone.localdate()
        )
        for ect in ects
    )  # fmt: skip
    School.objects.bulk_create(
        School(name=f"School {n:02}", urn=f"{800000 + n}", appropriate_body=ashdown.appropriate_body) for n in range(40)
    )


def rows(response):
    """The names in the table of the page, and whether there is a way on."""
    page = BeautifulSoup(response.content, "html.parser")
    return [row.text for row in page.select("tbody th")], bool(page.select("a[rel=next]"))


@pytest.mark.parametrize(("path", "all_of_them"), [("/inductions/", 42), ("/schools/", 41)])
def test_a_long_list_goes_on_on_a_second_page(forty, cast, sign_in, path, all_of_them):
    client = sign_in(cast["colin"])
    first, goes_on = rows(client.get(path))
    assert (len(first), goes_on) == (ROWS, True)
    rest, goes_on = rows(client.get(path, {"page": 2}))
    assert not goes_on
    assert len({*first, *rest}) == all_of_them
    assert f"Showing 1 to 30 of {all_of_them}" in client.get(path).content.decode()
    assert rows(client.get(path, {"page": "x"}))[0] == first


def test_a_home_page_says_that_it_shows_the_first_of_many_and_leads_to_the_rest(forty, cast, sign_in):
    html = sign_in(cast["colin"]).get("/").content.decode()
    assert "Showing the first 30 of 42" in html
    assert 'href="/inductions/"' in html


def test_a_short_list_says_nothing_of_pages(cast, sign_in):
    client = sign_in(cast["olive"])
    for path in ("/", "/inductions/", "/schools/"):
        assert "Showing" not in client.get(path).content.decode()


def test_an_empty_list_says_so(cast, sign_in):
    for things in (School.objects, Induction.objects):
        things.update(appropriate_body=cast["nadia"].posts.get().appropriate_body)
    client = sign_in(cast["colin"])
    assert "You have no early career teachers" in client.get("/inductions/").content.decode()
    assert "You have no schools" in client.get("/schools/").content.decode()


def test_a_school_without_ects_and_terms_says_so(cast, sign_in):
    school = School.objects.create(
        name="New School", urn="900003", appropriate_body=cast["nadia"].posts.get().appropriate_body
    )
    html = sign_in(cast["nadia"]).get(school.get_absolute_url()).content.decode()
    assert "There are no early career teachers" in html
    assert "No current or future terms have been entered" in html
    assert "Earlier terms" not in html


def test_terms_that_are_over_are_folded_away(cast, sign_in):
    school = School.objects.get(name="Ashdown School")
    html = sign_in(cast["joan"]).get(school.get_absolute_url()).content.decode()
    over = school.terms.filter(ends_on__lt=timezone.localdate()).first()
    coming = school.terms.filter(ends_on__gte=timezone.localdate()).first()
    assert html.index(coming.name) < html.index("Earlier terms") < html.index(over.name)


@pytest.mark.parametrize("key", ["grace", "ruth", "joan", "colin"])
def test_whoever_has_one_school_is_led_to_it_from_the_menu(cast, sign_in, key):
    client = sign_in(cast[key])
    assert {"label": "Schools", "url": "/schools/", "current": ""} in client.get("/").context["navigation"]
    assert client.get("/schools/").url == School.objects.get(name="Ashdown School").get_absolute_url()


@pytest.mark.parametrize("key", ["amira", "ben"])
def test_ects_and_mentors_have_no_schools_in_their_menu(cast, sign_in, key):
    assert "Schools" not in [link["label"] for link in sign_in(cast[key]).get("/").context["navigation"]]
