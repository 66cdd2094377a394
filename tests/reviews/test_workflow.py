"""The specification of who moves a report where, by hand, against everything that the tables allow."""

import pytest

from people.permissions import Role
from reviews.calendar import Kind
from reviews.permissions import RULES
from reviews.workflow import STEPS, State, next_step, signers

# Amira is the ECT, Grace her tutor, Ruth the head, Colin the officer of their appropriate body. Nobody else is here:
# not the mentor (Ben), not the administrators, nobody of another school or appropriate body.
PROGRESS_REVIEW = {
    "draft": {("grace", "release")},
    "released": {("grace", "take_back"), ("amira", "comment")},
    "commented": {("grace", "take_back"), ("amira", "change_comment"), ("amira", "sign_as_ect")},
    "ect_signed": {("grace", "take_back"), ("grace", "sign_as_tutor")},
    "submitted": {("colin", "accept"), ("colin", "send_back")},
    "reviewed": set(),
    "returned": {("grace", "release")},
}
FORMAL_ASSESSMENT = PROGRESS_REVIEW | {"tutor_signed": {("grace", "take_back"), ("ruth", "sign_as_head")}}

ARRIVES = {  # (a progress review, a formal assessment)
    "release": ("released", "released"),
    "take_back": ("draft", "draft"),
    "comment": ("commented", "commented"),
    "change_comment": ("released", "released"),
    "sign_as_ect": ("ect_signed", "ect_signed"),
    "sign_as_tutor": ("submitted", "tutor_signed"),
    "sign_as_head": (None, "submitted"),
    "accept": ("reviewed", "reviewed"),
    "send_back": ("returned", "returned"),
}


@pytest.mark.parametrize(
    ("kind", "specification"),
    [
        (Kind.PROGRESS_REVIEW, PROGRESS_REVIEW),
        (Kind.FIRST_ASSESSMENT, FORMAL_ASSESSMENT),
        (Kind.FINAL_ASSESSMENT, FORMAL_ASSESSMENT),
    ],
)
def test_each_step_is_the_right_persons_in_the_right_state_only(kind, specification, cast, report):
    review = report(kind=kind)
    for state in specification:
        review.state = state
        offered = {(key, name) for key, person in cast.items() for name in review.steps_for(person)}
        assert offered == specification[state], state


def test_steps_lead_where_the_specification_says():
    assert {
        name: (step.arrives(False), step.arrives(True)) for name, step in STEPS.items() if name != "sign_as_head"
    } == {name: arrives for name, arrives in ARRIVES.items() if name != "sign_as_head"}
    assert STEPS["sign_as_head"].arrives(True) == "submitted"
    assert STEPS["sign_as_head"].formal_only


def test_a_progress_review_is_signed_by_two_and_a_formal_assessment_by_three():
    assert signers(formal=False) == [Role.ECT, Role.TUTOR]
    assert signers(formal=True) == [Role.ECT, Role.TUTOR, Role.HEAD]


@pytest.mark.parametrize("formal", [False, True])
def test_from_each_state_the_next_steps_lead_to_the_end(formal):
    for state in State:
        if state == State.TUTOR_SIGNED and not formal:
            continue
        steps = 0
        while (name := next_step(state, formal=formal)) is not None:
            state, steps = STEPS[name].arrives(formal), steps + 1
            assert steps < 10
        assert state == State.REVIEWED


# By hand: who may read, change and comment on a report in each state.
READ = {
    "draft": {"grace", "ruth"},
    "released": {"grace", "ruth", "amira"},
    "commented": {"grace", "ruth", "amira"},
    "ect_signed": {"grace", "ruth", "amira"},
    "tutor_signed": {"grace", "ruth", "amira"},
    "submitted": {"grace", "ruth", "amira", "colin"},
    "reviewed": {"grace", "ruth", "amira", "colin"},
    "returned": {"grace", "ruth"},
}
SEE = {state: {"grace", "ruth", "amira"} for state in READ} | {
    state: {"grace", "ruth", "amira", "colin"} for state in ("submitted", "reviewed", "returned")
}
EDIT = {state: {"grace"} if state in ("draft", "returned") else set() for state in READ}
COMMENT = {state: {"amira"} if state == "released" else set() for state in READ}


@pytest.mark.parametrize(
    ("action", "specification"), [("see", SEE), ("read", READ), ("edit", EDIT), ("comment", COMMENT), ("records", SEE)]
)
def test_each_right_is_the_right_persons_in_the_right_state_only(action, specification, cast, report):
    review = report()
    assert set(specification) == {state.value for state in State}
    for state in specification:
        review.state = state
        assert {key for key, person in cast.items() if review.may(person, action)} == specification[state], state


def test_every_right_is_in_this_specification():
    assert set(RULES) == {"see", "read", "edit", "comment", "records"}


def test_lists_show_exactly_what_pages_would(cast, report):
    review = report()
    for state in SEE:
        type(review).objects.update(state=state)
        seen = {key for key, person in cast.items() if type(review).objects.visible_to(person).exists()}
        assert seen == SEE[state], state
