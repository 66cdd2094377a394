"""Roles, and the way in which every table of rules is read."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from people.models import Induction, Post, School
from people.permissions import EVERY_STATE, HELD_AT, SECOND_FACTOR, Places, Role, allowed, reach, require

# By hand: who plays which part for Amira's induction at Ashdown.
PARTS = {
    "amira": {Role.ECT},
    "ben": {Role.MENTOR},
    "grace": {Role.TUTOR},
    "ruth": {Role.HEAD},
    "joan": {Role.SCHOOL_ADMIN},
    "colin": {Role.AB_OFFICER},
    "olive": {Role.PROGRAMME_ADMIN},
}


def test_each_person_plays_their_part_in_an_induction_and_no_other(cast):
    induction = Induction.objects.get(ect=cast["amira"])
    for key, person in cast.items():
        assert person.places.roles_in(induction) == PARTS.get(key, set()), key


def test_a_list_reaches_what_roles_in_tells(cast):
    for key, person in cast.items():
        for induction in Induction.objects.all():
            reached = {role for role in Role if Induction.objects.where(person, role).filter(pk=induction.pk).exists()}
            assert reached == person.places.roles_in(induction), key


def test_everybody_with_a_part_sees_an_inductions_facts_and_nobody_else(cast):
    induction = Induction.objects.get(ect=cast["amira"])
    seen = {
        key for key, person in cast.items() if Induction.objects.visible_to(person).filter(pk=induction.pk).exists()
    }
    assert seen == set(PARTS)


SCHOOLS = {
    "grace": {"Ashdown School"},
    "ruth": {"Ashdown School"},
    "joan": {"Ashdown School"},
    "colin": {"Ashdown School"},
    "helen": {"Birchwood Academy"},
    "samuel": {"Birchwood Academy"},
    "farah": {"Birchwood Academy"},
    "nadia": {"Birchwood Academy"},
    "olive": {"Ashdown School", "Birchwood Academy"},
}


def test_a_school_is_seen_by_those_who_run_tutor_or_assure_it(cast):
    for key, person in cast.items():
        seen = set(School.objects.visible_to(person).values_list("name", flat=True))
        assert seen == SCHOOLS.get(key, set()), key


@pytest.mark.parametrize(("ends", "plays"), [(-1, False), (0, True), (1, True)])
def test_a_post_is_held_to_the_end_of_its_last_day(cast, ends, plays):
    today = timezone.localdate()
    Post.objects.filter(user=cast["ben"]).update(ends_on=today + timedelta(days=ends))
    person = type(cast["ben"]).objects.get(pk=cast["ben"].pk)
    assert (Role.MENTOR in person.places.roles()) == plays


def test_a_post_that_begins_tomorrow_gives_nothing_today(cast):
    tomorrow = timezone.localdate() + timedelta(days=1)
    Post.objects.filter(user=cast["ben"]).update(starts_on=tomorrow)
    assert not type(cast["ben"]).objects.get(pk=cast["ben"].pk).places.roles()


def test_whoever_reaches_others_records_needs_a_second_factor(cast):
    need = {key for key, person in cast.items() if person.needs_second_factor}
    assert need == {"grace", "ruth", "joan", "colin", "helen", "samuel", "farah", "nadia", "olive"}
    assert Role.ECT not in SECOND_FACTOR
    assert Role.MENTOR not in SECOND_FACTOR


def test_every_role_is_held_somewhere():
    assert set(HELD_AT) == set(Role)


def test_what_a_table_does_not_name_is_refused():
    row = {Role.TUTOR: frozenset({"draft"}), Role.HEAD: EVERY_STATE}
    assert allowed({Role.TUTOR}, row, "draft")
    assert not allowed({Role.TUTOR}, row, "released")
    assert allowed({Role.HEAD}, row, "anything")
    assert not allowed({Role.MENTOR}, row, "draft")


def test_a_person_without_roles_reaches_nothing(cast):
    nobody = Places({}, {})
    assert not Induction.objects.filter(reach(nobody, dict.fromkeys(Role, EVERY_STATE), induction="")).exists()
    assert not Induction.objects.filter(nobody.reach(Role.HEAD, "")).exists()


def test_what_is_not_granted_is_refused():
    require(True)
    with pytest.raises(PermissionDenied):
        require(frozenset())
