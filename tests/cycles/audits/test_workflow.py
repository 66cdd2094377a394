"""Who may do what with an audit, and where each step leads: the specification by hand, against the whole product."""

from itertools import product

import pytest

from cycles.audits.permissions import RULES
from cycles.audits.workflow import STEPS, State
from people.permissions import Role, allowed

STEPS_BY_HAND = {
    (State.START, Role.ECT, "complete_start"): State.END,
    (State.END, Role.ECT, "complete_end"): State.COMPLETED,
}
MAY_BY_HAND = {
    "read": {(role, state) for role in (Role.ECT, Role.MENTOR) for state in State},
    "begin": {(Role.ECT, state) for state in State},
    "rate": {(Role.ECT, State.START), (Role.ECT, State.END)},
}


def test_every_step_leads_where_it_should_and_is_taken_by_nobody_else():
    found = {
        (state, role, name): STEPS[name].to
        for state, role, name in product(State, Role, STEPS)
        if state in STEPS[name].start and role in STEPS[name].who
    }
    assert found == STEPS_BY_HAND


@pytest.mark.parametrize("action", RULES)
def test_who_may_do_what_in_which_state(action):
    found = {(role, state) for role, state in product(Role, State) if allowed({role}, RULES[action], state)}
    assert found == MAY_BY_HAND[action]
