"""Who is who, on the page."""

import pytest

from people.models import Induction, School


def test_an_induction_shows_its_people_and_who_sees_what(cast, sign_in):
    induction = Induction.objects.get(ect=cast["amira"])
    html = sign_in(cast["amira"]).get(induction.get_absolute_url()).content.decode()
    for words in ("Ben Carter", "Grace Okafor", "1000001", "Mentoring and assessment are kept apart"):
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
