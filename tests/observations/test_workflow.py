"""Every step from every state by everybody, against what is allowed, written by hand."""

import re
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from ectprogramme.demonstration import CAST
from observations.actions import take_step
from observations.models import Proforma
from observations.permissions import RULES
from observations.workflow import DONE, STEPS, State, next_step
from people.actions import Refused
from people.permissions import EVERY_STATE, Role

from .conftest import fresh, person

# Amira is the ECT, Ben her mentor. Everything that is not here is refused.
ALLOWED = {
    ("set_up", "amira", "complete"),
    ("planned", "amira", "complete"),
    ("set_up", "amira", "cancel"),
    ("set_up", "ben", "cancel"),
    ("planned", "amira", "cancel"),
    ("planned", "ben", "cancel"),
    ("completed", "ben", "discuss"),
    ("completed", "amira", "reopen"),
}

ARRIVES = {"complete": "completed", "reopen": "planned", "discuss": "discussed", "cancel": "cancelled"}


def ready(proforma):
    """With everything that a step could need."""
    Proforma.objects.filter(pk=proforma.pk).update(
        happened_on="2026-03-03",
        answers={"actions": [{"teacher_action": "Waits", "pupil_impact": "Hands"}], "suggests": "Count"},
    )
    return fresh(proforma)


@pytest.mark.parametrize("state", State)
def test_each_step_is_taken_by_the_right_person_in_the_right_state_and_by_nobody_else(cast, make, state):
    taken = set()
    proforma = ready(make(state))
    for key in [persona.key for persona in CAST]:
        for name in STEPS:
            before = transaction.savepoint()
            try:
                take_step(fresh(proforma), name, by=person(cast[key]))
            except Refused:
                assert fresh(proforma).state == state, (key, name)
            else:
                assert fresh(proforma).state == ARRIVES[name], (key, name)
                taken.add((state.value, key, name))
            transaction.savepoint_rollback(before)  # the next one finds it as it was

    assert taken == {triple for triple in ALLOWED if triple[0] == state}


def test_the_table_of_rules_is_what_was_agreed():
    open_ones = {State.SET_UP, State.PLANNED}

    assert {
        "read": {Role.ECT: EVERY_STATE, Role.MENTOR: EVERY_STATE},
        "set_up": {Role.ECT: EVERY_STATE, Role.MENTOR: EVERY_STATE},
        "arrange": {Role.ECT: open_ones, Role.MENTOR: open_ones},
        "fill_in": {Role.ECT: open_ones},
    } == RULES


def test_what_a_proforma_waits_for():
    assert {state: next_step(state) for state in State} == {
        State.SET_UP: "plan",
        State.PLANNED: "complete",
        State.COMPLETED: "discuss",
        State.DISCUSSED: None,
        State.CANCELLED: None,
    }


def test_every_step_has_words_for_what_was_done():
    assert DONE.keys() >= STEPS.keys()
    assert all(re.match(r"[a-z]", words) for words in DONE.values())


@pytest.mark.parametrize(
    ("state", "turns"),
    [
        (State.SET_UP, {"amira": "Arrange a day with an expert"}),
        (State.PLANNED, {"amira": "Write up what you learnt from an expert"}),
        (State.COMPLETED, {"ben": "Discuss what your ECT learnt from an expert"}),
        (State.DISCUSSED, {}),
        (State.CANCELLED, {}),
    ],
)
def test_whose_turn_it_is(cast, make, state, turns):
    proforma = make(state)

    said = {key: proforma.turn_for(person(cast[key])) for key in cast}
    waiting = {key for key in cast if Proforma.objects.waiting_on(person(cast[key])).exists()}

    assert {key: turn.what for key, turn in said.items() if turn} == turns
    assert waiting == set(turns)


def test_a_turn_says_when_and_about_whom_but_never_with_which_expert(cast, make):
    proforma = make(State.PLANNED)

    turn = proforma.turn_for(person(cast["amira"]))

    assert turn.about == "Watching"
    assert turn.due_on == proforma.planned_on
    assert turn.url == f"/experts/{proforma.pk}/"
    turn = make(State.COMPLETED, focus="Another").turn_for(person(cast["ben"]))
    assert (turn.about, turn.due_on) == ("Watching, Amira Khan", None)


@pytest.mark.parametrize(
    ("days", "what"),
    [(-1, "Write up what you learnt from an expert"), (0, "Visit an expert"), (2, "Visit an expert")],
)
def test_until_its_day_is_over_a_visit_is_still_to_come(cast, make, days, what):
    planned_on = timezone.localdate() + timedelta(days=days)
    turn = make(State.PLANNED, planned_on=planned_on).turn_for(person(cast["amira"]))
    assert (turn.what, turn.due_on) == (what, planned_on)
    Proforma.objects.update(happened_on=timezone.localdate())
    assert Proforma.objects.get().turn_for(person(cast["amira"])).what == "Write up what you learnt from an expert"
    assert make(State.SET_UP).turn_for(person(cast["amira"])).what == "Arrange a day with an expert"


def test_a_refusal_says_why(cast, make):
    proforma = make(State.PLANNED)
    amira, ben = person(cast["amira"]), person(cast["ben"])

    assert proforma.why_not("complete", ben) == "This step is for the ECT."
    assert proforma.why_not("discuss", ben) == "This proforma is at “Planned” now, so this step cannot be taken."
    assert proforma.why_not("complete", amira) == (
        "Still to answer: When it took place, What happened, What I will try."
    )
    assert proforma.why_not("postpone", ben) == "There is a day and an expert still."
    assert make(State.SET_UP).why_not("plan", ben) == "Say who the expert is and on which day you will meet."
    assert proforma.why_not("cancel", person(cast["grace"])) == "This step is for the ECT or the mentor."
