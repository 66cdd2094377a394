"""An ECT's own action is added, changed and done; and who may do what with it, by hand."""

from datetime import date, timedelta
from itertools import product

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from cycles.learning import actions
from cycles.learning.models import LearningAction
from cycles.learning.permissions import RULES
from cycles.learning.workflow import STEPS, State
from people.actions import Refused, Stale
from people.models import Event
from people.permissions import Role, allowed

STEPS_BY_HAND = {(State.OPEN, Role.ECT, "finish"): State.DONE, (State.DONE, Role.ECT, "reopen"): State.OPEN}
MAY_BY_HAND = {
    "read": {(role, state) for role in (Role.ECT, Role.MENTOR) for state in State},
    "add": {(Role.ECT, state) for state in State},
    "write": {(Role.ECT, State.OPEN)},
}
WRITTEN = {"text": "Plan two checks", "what_for": "I plan checks.", "by_when": date(2027, 1, 8), "standard": "TS6"}


@pytest.fixture
def action(cast, amiras):
    return actions.add(amiras, WRITTEN, by=cast["amira"])


def test_every_step_leads_where_it_should_and_is_taken_by_nobody_else():
    found = {
        (state, role, name): STEPS[name].to
        for state, role, name in product(State, Role, STEPS)
        if state in STEPS[name].start and role in STEPS[name].who
    }
    assert found == STEPS_BY_HAND


@pytest.mark.parametrize("name", RULES)
def test_who_may_do_what_in_which_state(name):
    found = {(role, state) for role, state in product(Role, State) if allowed({role}, RULES[name], state)}
    assert found == MAY_BY_HAND[name]


def test_an_action_of_a_statement_keeps_what_that_is_about(cast, amiras, audit):
    action = actions.add(amiras, WRITTEN, by=cast["amira"], audit=audit, section="checks")
    assert (action.codes, action.section, str(action)) == (["6.1", "6.a"], "checks", "Plan two checks")
    assert list(Event.objects.about(action).values_list("what", "induction", "detail")) == [
        ("add_learning_action", None, {})
    ]


def test_a_double_click_adds_one_action(cast, amiras, action):
    assert actions.add(amiras, WRITTEN, by=cast["amira"]) == action
    assert actions.add(amiras, WRITTEN | {"text": "Another"}, by=cast["amira"]) != action


@pytest.mark.parametrize("key", ["ben", "grace", "tom"])
def test_only_the_ect_adds_one(cast, amiras, key):
    with pytest.raises(Refused, match="Only the ECT"):
        actions.add(amiras, WRITTEN, by=cast[key])


def test_it_is_changed_until_it_is_done(cast, action):
    changed = actions.change(action, WRITTEN | {"text": "Plan three"}, revision=0, by=cast["amira"])
    assert (changed.text, changed.revision) == ("Plan three", 1)
    actions.take_step(changed, "finish", by=cast["amira"])
    with pytest.raises(Refused, match="is done"):
        actions.change(changed, WRITTEN, revision=2, by=cast["amira"])


def test_an_older_page_overwrites_nothing_and_the_same_is_no_change(cast, action):
    actions.change(action, WRITTEN | {"text": "Plan three"}, revision=0, by=cast["amira"])
    with pytest.raises(Stale):
        actions.change(action, WRITTEN, revision=0, by=cast["amira"])
    assert actions.change(action, WRITTEN | {"text": "Plan three"}, revision=0, by=cast["amira"]).revision == 1


def test_done_and_to_do_again(cast, action):
    actions.take_step(action, "finish", by=cast["amira"])
    assert (action.state, action.done_on, action.colour) == (State.DONE, timezone.localdate(), "green")
    with pytest.raises(Refused, match="is at “Done” now"):
        actions.take_step(action, "finish", by=cast["amira"])
    actions.take_step(action, "reopen", by=cast["amira"])
    assert (action.state, action.done_on) == (State.OPEN, None)


def test_a_double_click_finishes_once(cast, action):
    twice = LearningAction.objects.get()
    actions.take_step(action, "finish", by=cast["amira"])
    with pytest.raises(Refused, match="has changed"):
        actions.take_step(twice, "finish", by=cast["amira"])


def test_the_mentor_finishes_nothing(cast, action):
    with pytest.raises(Refused, match="Only the ECT"):
        actions.take_step(action, "finish", by=cast["ben"])


@pytest.mark.parametrize(("days", "waits"), [(-1, True), (7, True), (8, False), (None, False)])
def test_it_waits_for_the_ect_from_a_week_before_its_day(cast, action, sign_in, days, waits):
    by_when = None if days is None else timezone.localdate() + timedelta(days=days)
    LearningAction.objects.update(by_when=by_when)
    turn = sign_in(cast["amira"]).get("/").context["next"]
    found = turn and (turn.what, turn.about, turn.url, turn.due_on)
    assert found == (
        ("Do what you set out to do", "Plan two checks", action.get_absolute_url(), by_when) if waits else None
    )


@pytest.mark.parametrize("key", ["ben", "grace", "tom"])
def test_it_waits_for_nobody_else_and_not_once_it_is_done(cast, action, key):
    LearningAction.objects.update(by_when=timezone.localdate())
    assert not LearningAction.objects.waiting_on(cast[key], timezone.localdate()).exists()
    actions.take_step(action, "finish", by=cast["amira"])
    assert not LearningAction.objects.waiting_on(cast["amira"], timezone.localdate()).exists()


def test_a_long_action_is_cut_short_where_it_waits(cast, action):
    action.text = "Plan\r\n" + "two checks " * 90
    about = action.turn_for(cast["amira"]).about
    assert len(about) == 120
    assert about.startswith("Plan two checks two")


@pytest.mark.parametrize("facts", [{"state": "done"}, {"done_on": date(2027, 1, 8)}, {"text": ""}, {"state": "lost"}])
def test_the_database_refuses_what_cannot_be(action, facts):
    with pytest.raises(IntegrityError), transaction.atomic():
        LearningAction.objects.update(**facts)
