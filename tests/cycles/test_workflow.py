"""The steps of a meeting and who may do what: written by hand, against all that is possible."""

import itertools

import pytest

from cycles import actions
from cycles.models import Meeting
from cycles.permissions import RULES
from cycles.workflow import STEPS, State
from people.actions import Refused
from people.models import User

EVERYBODY = (
    "grace", "amira", "ben", "tom", "priya", "ruth", "joan", "colin", "zofia", "daniel", "helen", "samuel", "farah",
    "nadia", "olive",
)  # fmt: skip

ALLOWED_STEPS = {
    (state, person, step)
    for state, step in [("planned", "finish"), ("planned", "cancel"), ("held", "agree"), ("held", "reopen")]
    for person in ("amira", "ben")
}

ALLOWED_ACTIONS = {
    *((state, who, "see") for state in State.values for who in ("amira", "ben", "grace", "ruth")),
    *((state, who, "read") for state in State.values for who in ("amira", "ben")),
    *((state, who, "plan") for state in State.values for who in ("amira", "ben")),
    *(("planned", who, "write") for who in ("amira", "ben")),
}

ARRIVES = {"finish": "held", "agree": "agreed", "reopen": "planned", "cancel": "cancelled"}


def meeting_in(state, meeting, complete, cast):
    """Amira's meeting with Ben in any state, ready for every step that starts there."""
    if state == "cancelled":
        actions.cancel(meeting, by=cast["ben"], reason="Inspection")
    if state in ("held", "agreed"):
        complete(meeting)
        actions.finish(meeting, by=cast["ben"])
    if state == "agreed":
        for who in ("ben", "amira"):
            actions.agree(meeting, by=cast[who], revision=meeting.revision)
    return meeting


@pytest.mark.parametrize("state", State.values)
def test_each_person_may_take_exactly_the_steps_written_above(cast, meeting, complete, state):
    meeting = meeting_in(state, meeting, complete, cast)

    assert meeting.state == state
    possible = itertools.product([state], EVERYBODY, STEPS)
    found = {
        (s, who, step) for s, who, step in possible if step in meeting.steps_for(User.objects.get(pk=cast[who].pk))
    }
    assert found == {triple for triple in ALLOWED_STEPS if triple[0] == state}


@pytest.mark.parametrize("state", State.values)
def test_each_person_may_do_exactly_what_is_written_above(cast, meeting, complete, state):
    meeting = meeting_in(state, meeting, complete, cast)

    possible = itertools.product([state], EVERYBODY, RULES)
    found = {(s, who, action) for s, who, action in possible if meeting.may(cast[who], action)}
    assert found == {triple for triple in ALLOWED_ACTIONS if triple[0] == state}
    seeing = {who for who in EVERYBODY if Meeting.objects.visible_to(cast[who]).filter(pk=meeting.pk)}
    assert seeing == {"amira", "ben", "grace", "ruth"}


@pytest.mark.parametrize(
    ("state", "name"),
    [(state, name) for state in State.values for name in STEPS if (state, "amira", name) not in ALLOWED_STEPS],
)
def test_a_step_from_another_state_is_refused_and_changes_nothing(cast, meeting, complete, state, name):
    meeting = meeting_in(state, meeting, complete, cast)

    with pytest.raises(Refused, match="so this step cannot be taken"):
        actions.take_step(meeting, name, by=cast["amira"], reason="No")

    meeting.refresh_from_db()
    assert meeting.state == state


@pytest.mark.parametrize(("name", "start"), [(name, start) for name, step in STEPS.items() for start in step.start])
def test_a_step_by_somebody_else_is_refused(cast, meeting, complete, name, start):
    meeting = meeting_in(start, meeting, complete, cast)

    for who in ("grace", "ruth", "priya", "olive"):
        with pytest.raises(Refused, match="for the ECT and the mentor"):
            actions.take_step(meeting, name, by=cast[who], reason="No")


@pytest.mark.parametrize("name", STEPS)
def test_each_step_arrives_where_the_table_says(cast, meeting, complete, name):
    step = STEPS[name]
    [start] = step.start
    meeting = meeting_in(start, meeting, complete, cast)
    if name == "finish":
        complete(meeting)
    if step.each:
        actions.take_step(meeting, name, by=cast["amira"])
        assert meeting.state == start

    actions.take_step(meeting, name, by=cast["ben"], reason="Inspection")

    assert meeting.state == ARRIVES[name]


def test_a_mentor_of_yesterday_has_no_meetings_any_more(cast, meeting, amiras):

    from django.utils import timezone

    from people.actions import appoint
    from people.permissions import Role

    appoint(cast["priya"], Role.MENTOR, amiras, starts_on=timezone.localdate(), by=None)

    assert not Meeting.objects.visible_to(User.objects.get(pk=cast["ben"].pk)).exists()
    assert Meeting.objects.visible_to(User.objects.get(pk=cast["priya"].pk)).get() == meeting
