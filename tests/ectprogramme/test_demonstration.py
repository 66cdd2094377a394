"""The demonstration: whole on any day of the year, loaded once, and never among real people."""

from datetime import date

import pytest
import time_machine

from cycles.models import Meeting
from ectprogramme import demonstration
from ectprogramme.demonstration import reports
from observations.models import Proforma
from people.actions import add_person
from people.models import Induction, User
from reviews.models import Review
from reviews.workflow import State

# A day in term, one in a holiday, one at the end of the year, and the days on which a school year turns.
DAYS = ["2026-11-22", "2026-12-28", "2027-06-20", "2027-08-31", "2027-09-01"]


@pytest.mark.parametrize("day", DAYS)
def test_there_is_a_report_in_every_state_on_any_day(programme, day):
    with time_machine.travel(f"{day} 12:00", tick=False):
        assert demonstration.load(date.fromisoformat(day))
        assert set(Review.objects.exclude(saved_at=None).values_list("state", flat=True)) == set(State)
        for person in User.objects.all():
            assert person.places.roles(), f"{person} has nothing to do with anything on {day}"


def test_there_are_meetings_and_proformas(demo):
    assert set(Meeting.objects.values_list("state", flat=True)) >= {"planned", "held", "agreed"}
    assert set(Proforma.objects.values_list("state", flat=True)) >= {"planned", "completed"}


def test_loading_it_again_changes_nothing(demo):
    assert not demonstration.load(date.today())
    assert User.objects.count() == len(demonstration.CAST)


def test_it_stays_out_of_an_installation_with_real_people(programme):
    add_person("jo@school.org", "Jo")
    with pytest.raises(demonstration.RealPeople, match="has real people"):
        demonstration.load(date.today())
    assert User.objects.count() == 1


def test_it_says_what_it_needs_when_there_is_no_content(db):
    with pytest.raises(demonstration.NoContent, match="loadcontent"):
        demonstration.load(date.today())
    assert not User.objects.exists()


def test_a_report_that_has_come_to_its_end_is_not_taken_further(demo):
    done = Review.objects.filter(state=State.REVIEWED).first()
    with pytest.raises(ValueError, match="cannot go further"):
        reports._take_next_step(done, back=False)


def test_one_reflection_is_shared_and_one_is_the_ects_own(demo):
    assert sorted(demo["amira"].induction.reflections.values_list("state", flat=True)) == ["private", "shared"]
    assert {induction.phase for induction in Induction.objects.all()} == {"primary", "secondary"}


def test_both_turns_of_choosing_an_elective_can_be_tried(demo, sign_in):
    amira, ben = demo["amira"], demo["ben"]
    assert sorted(amira.induction.electives.values_list("state", flat=True)) == ["agreed", "proposed"]
    home = sign_in(ben).get("/").context
    assert "Agree an elective" in [turn.what for turn in [home["next"], *(turn for turn, _ in home["turns"])]]
    page = f"/electives/inductions/{amira.induction.pk}/"
    assert "Suggest another" in sign_in(ben).get(page).content.decode()
    assert "Propose this one" in sign_in(amira).get(page).content.decode()
