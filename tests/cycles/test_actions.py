"""Planning, moving, writing, finishing, agreeing and cancelling a meeting."""

from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils import timezone

from content.answers import Conflict, seen
from cycles import actions
from cycles.models import ActionStep, Agreement, ContinuedStep, Meeting, SuccessCriterion
from cycles.workflow import State
from people.actions import Refused, Stale
from people.models import Event, Notice, Post
from people.permissions import Role

from ..at_once import at_once
from .conftest import NOTES


def told(meeting):
    return list(Notice.objects.filter(path=meeting.get_absolute_url()).order_by("pk").values_list("to__name", "text"))


# Planning


def test_a_meeting_keeps_its_own_copy_of_the_questions(cast, meeting, template):
    template.sections.filter(key="praise").update(title="Something else")

    meeting.refresh_from_db()
    assert [section["title"] for section in meeting.sections][:2] == ["Check-in", "Praise"]
    assert meeting.kind == Meeting.Kind.WEEKLY
    assert meeting.state == State.PLANNED


def test_the_other_is_told_of_a_planned_meeting_by_e_mail_once(cast, meeting):
    (message,) = mail.outbox

    assert message.to == [cast["amira"].email]
    assert "Ben Carter has planned a meeting with you" in message.body
    assert "Room 4" in message.body


def test_the_ect_may_plan_too_and_then_the_mentor_is_told(cast, amiras, template):
    when = timezone.now()
    meeting = actions.start_meeting(amiras, by=cast["amira"], template=template, planned_for=when)

    ((to, text),) = told(meeting)
    assert to == "Ben Carter"
    assert text.endswith(".")
    assert "Room" not in text


def test_an_ect_without_a_mentor_can_plan_and_nobody_is_told(cast, amiras, template):
    Post.objects.filter(induction=amiras, role=Role.MENTOR).delete()

    assert told(actions.start_meeting(amiras, by=cast["amira"], template=template, planned_for=timezone.now())) == []


def test_a_meeting_planned_by_a_double_click_is_one_and_mailed_once(meeting, plan):
    assert plan() == meeting
    assert len(mail.outbox) == 1


def test_another_time_or_a_meeting_written_in_makes_another(cast, meeting, plan, write):
    assert plan(days=7) != meeting
    write(meeting, cast["ben"], praise="Wait time")
    assert plan() != meeting


@pytest.mark.parametrize("who", ["grace", "ruth", "joan", "colin", "olive", "priya", "tom"])
def test_nobody_else_plans_a_meeting(cast, amiras, template, who):
    with pytest.raises(Refused, match="Only the ECT and their mentor"):
        actions.start_meeting(amiras, by=cast[who], template=template, planned_for=timezone.now())

    assert not Meeting.objects.exists()


def test_the_step_of_a_cycle_puts_its_prompts_before_those_of_every_meeting(cast, amiras, template, integrate):
    template.sections.filter(key="praise").update(prompts=["What worked?"])
    meeting = actions.start_meeting(
        amiras, by=cast["ben"], template=template, planned_for=timezone.now(), cycle_step=integrate
    )

    prompts = {section["key"]: section["prompts"] for section in meeting.sections}
    assert prompts["praise"] == ["Was the step seen?", "What worked?"]
    assert prompts["check_in"] == ["What was your week like?"]
    assert (meeting.title, meeting.kind) == ("Integrate", Meeting.Kind.INTERACTION)


def test_several_groups_of_a_step_for_one_section_keep_their_titles(cast, amiras, template, integrate):
    template.sections.filter(key="praise").update(prompts=["What worked?"])
    integrate.prompts = [
        {"title": "If you watched", "section": "praise", "prompts": ["What did you see?"]},
        {"title": "If you talked", "section": "praise", "prompts": ["What did you hear?"]},
    ]
    meeting = actions.start_meeting(
        amiras, by=cast["ben"], template=template, planned_for=timezone.now(), cycle_step=integrate
    )

    asked = meeting.section("praise")
    assert asked["groups"] == [
        {"title": "If you watched", "prompts": ["What did you see?"]},
        {"title": "If you talked", "prompts": ["What did you hear?"]},
    ]
    assert asked["prompts"] == ["What worked?"]
    assert "groups" not in meeting.section("check_in")


# On 19 November 2026, a Thursday in the autumn term
THURSDAY = datetime(2026, 11, 19, 10, tzinfo=timezone.get_fixed_timezone(0))


@pytest.fixture
def thursday():
    with time_machine.travel(THURSDAY, tick=False):
        yield THURSDAY.date()


def test_the_first_meeting_is_suggested_for_the_next_school_day(thursday, amiras):
    suggested = timezone.localtime(actions.suggested_time(amiras, today=thursday))

    assert f"{suggested:%A %d %B %Y %H:%M}" == "Friday 20 November 2026 15:30"


def test_the_next_meeting_is_suggested_a_week_after_the_last(thursday, amiras, plan):
    plan(days=-3)  # Monday at noon

    suggested = timezone.localtime(actions.suggested_time(amiras, today=thursday))

    assert f"{suggested:%A %d %B %Y %H:%M}" == "Monday 23 November 2026 12:00"


def test_a_meeting_planned_already_is_followed_by_another_week(thursday, amiras, plan):
    plan(days=4)

    assert actions.suggested_time(amiras, today=thursday).date() == date(2026, 11, 30)


def test_no_meeting_is_suggested_in_the_holidays(thursday, amiras, plan):
    plan(days=32)  # Monday 21 December

    assert actions.suggested_time(amiras, today=thursday).date() >= date(2027, 1, 4)


def test_a_school_without_terms_gets_the_next_day(thursday, amiras):
    amiras.school.terms.all().delete()

    assert actions.suggested_time(amiras, today=thursday).date() == thursday + timedelta(days=1)


def test_before_an_induction_begins_a_day_is_suggested_on_which_they_can_meet(thursday, amiras):
    amiras.starts_on = thursday + timedelta(days=67)
    assert actions.suggested_time(amiras, today=thursday).date() == thursday + timedelta(days=7)


def test_a_cancelled_meeting_is_no_example_for_the_next(thursday, amiras, plan, cast):
    actions.cancel(plan(days=-3), by=cast["ben"], reason="Ill")

    assert timezone.localtime(actions.suggested_time(amiras, today=thursday)).hour == 15


# Moving


def test_the_other_is_told_when_a_meeting_is_moved(cast, meeting):
    when = meeting.planned_for + timedelta(days=1)
    actions.move_meeting(meeting, when, "Library", by=cast["amira"])

    meeting.refresh_from_db()
    assert (meeting.planned_for, meeting.place) == (when, "Library")
    assert told(meeting)[-1][0] == "Ben Carter"
    assert "Library" in told(meeting)[-1][1]


def test_moving_to_the_same_time_and_place_tells_nobody(cast, meeting):
    actions.move_meeting(meeting, meeting.planned_for, meeting.place, by=cast["ben"])

    assert len(told(meeting)) == 1


def test_a_finished_meeting_cannot_be_moved(cast, held):
    with pytest.raises(Refused, match="still to be held"):
        actions.move_meeting(held, timezone.now(), "", by=cast["ben"])


def test_a_move_on_a_stale_page_is_refused(cast, meeting, write):
    stale = Meeting.objects.get(pk=meeting.pk)
    write(meeting, cast["amira"], praise="New")

    with pytest.raises(Refused, match="changed since you opened it"):
        actions.move_meeting(stale, timezone.now(), "", by=cast["ben"])


# Writing


def test_what_is_written_is_there_when_the_page_is_opened_again(cast, meeting, complete):
    complete(meeting)

    found = Meeting.objects.get(pk=meeting.pk)
    stored = found.written() | found.steps_written()
    assert {key: stored[key] for key in NOTES} == NOTES
    assert found.revision == 1


def test_two_people_who_write_in_different_sections_keep_both(cast, meeting):
    page = seen(meeting.written())
    for who, key in [("ben", "praise"), ("amira", "check_in")]:
        copy = Meeting.objects.get(pk=meeting.pk)
        assert not actions.save_meeting(
            copy, {"praise": "", "check_in": "", key: who}, page, revision=0, by=cast[who]
        ).conflicts

    meeting.refresh_from_db()
    assert meeting.answers == {"praise": "ben", "check_in": "amira"}


def test_two_people_who_write_in_one_section_keep_the_first_and_the_second_is_told(cast, meeting):
    page = seen(meeting.written())
    actions.save_meeting(Meeting.objects.get(pk=meeting.pk), {"praise": "Ben's"}, page, revision=0, by=cast["ben"])

    merged = actions.save_meeting(meeting, {"praise": "Amira's"}, page, revision=0, by=cast["amira"])

    assert merged.conflicts == [Conflict("praise", "Ben's", "Amira's")]
    assert Meeting.objects.get(pk=meeting.pk).answers == {"praise": "Ben's"}


def test_a_save_between_reading_and_writing_is_taken_into_account(cast, meeting, write):
    stale = Meeting.objects.get(pk=meeting.pk)
    write(meeting, cast["amira"], check_in="Tired", step__1=NOTES["step-1"])

    merged = actions.save_meeting(stale, {"praise": "Wait time"}, seen({"praise": ""}), revision=0, by=cast["ben"])

    assert merged.answers["check_in"] == "Tired"
    assert Meeting.objects.get(pk=meeting.pk).answers == {"check_in": "Tired", "praise": "Wait time"}
    assert ActionStep.objects.get().text == "Count to three"


def test_saving_nothing_new_writes_nothing(cast, meeting, complete):
    complete(meeting)
    before = Meeting.objects.get(pk=meeting.pk)

    complete(meeting)

    after = Meeting.objects.get(pk=meeting.pk)
    assert (after.revision, after.saved_at) == (before.revision, before.saved_at)


def test_saving_a_typed_section_is_one_update(cast, meeting, django_assert_num_queries):
    ben = cast["ben"]
    assert ben.places

    with django_assert_num_queries(3) as counted:  # the update, and where it begins and ends
        actions.save_meeting(meeting, {"praise": "x", "step-1": ""}, seen(meeting.written()), revision=0, by=ben)
    assert sum(query["sql"].startswith("UPDATE") for query in counted.captured_queries) == 1


def test_the_other_ones_action_step_shows_although_only_a_text_was_typed(cast, meeting, write):
    write(meeting, cast["amira"], step__1=NOTES["step-1"])
    stale = seen({"praise": "", "step-1": None})

    merged = actions.save_meeting(meeting, {"praise": "x", "step-1": ""}, stale, revision=0, by=cast["ben"])

    assert merged.outdated == ["step-1"]
    assert merged.answers["step-1"] == NOTES["step-1"]


def test_an_action_step_is_changed_and_emptied(cast, meeting, write):
    write(meeting, cast["ben"], step__1=NOTES["step-1"])
    changed = {"text": "Count to four", "checks": [], "criteria": ["Calm"], "review_on": "2026-12-01"}
    write(meeting, cast["ben"], step__1=changed)

    step = ActionStep.objects.get()
    assert (step.text, step.observable, step.review_on, str(step)) == (
        "Count to four",
        False,
        date(2026, 12, 1),
        "Count to four",
    )
    assert [str(criterion) for criterion in step.criteria.all()] == ["Calm"]

    write(meeting, cast["ben"], step__1="")
    assert not ActionStep.objects.exists()
    assert not SuccessCriterion.objects.exists()


def test_dates_minutes_place_and_follow_up_are_columns(cast, meeting, write):
    write(
        meeting, cast["ben"], about__held="2026-11-19", about__minutes=45, about__place="Hall", follow__up="2026-11-26 09:30",
        about__focus="Questions",
    )  # fmt: skip

    found = Meeting.objects.get(pk=meeting.pk)
    assert (found.held_on, found.minutes, found.place, found.focus) == (date(2026, 11, 19), 45, "Hall", "Questions")
    assert found.written()["follow-up"] == "2026-11-26 09:30"
    assert found.answers == {}
    write(meeting, cast["ben"], about__held="", about__minutes=None, follow__up="")
    found.refresh_from_db()
    assert (found.held_on, found.minutes, found.follow_up_at) == (None, None, None)


@pytest.mark.parametrize("who", ["grace", "ruth", "priya"])
def test_nobody_else_writes(cast, meeting, who):
    with pytest.raises(Refused):
        actions.save_meeting(meeting, {"praise": "x"}, {}, revision=0, by=cast[who])


def test_nothing_is_written_into_a_finished_meeting(cast, held):
    with pytest.raises(Refused, match="finished or cancelled in the meantime"):
        actions.save_meeting(held, {"praise": "x"}, seen(held.written()), revision=held.revision, by=cast["ben"])

    assert Meeting.objects.get(pk=held.pk).answers["praise"] == NOTES["praise"]


def test_finishing_while_somebody_types_refuses_what_comes_too_late(cast, meeting, complete):
    typing = Meeting.objects.get(pk=meeting.pk)
    complete(meeting)
    actions.finish(meeting, by=cast["ben"])

    with pytest.raises(Refused):
        actions.save_meeting(typing, {"praise": "late"}, {"praise": ""}, revision=0, by=cast["amira"])


# Finishing


@pytest.mark.parametrize(
    ("without", "words"), [("praise", "Praise"), ("step-1", "An action step"), ("about-focus", "Focus")]
)
def test_a_meeting_is_finished_with_what_is_needed(cast, meeting, complete, write, without, words):
    complete(meeting)
    write(meeting, cast["ben"], **{without.replace("-", "__"): ""})

    with pytest.raises(Refused, match=f"Still to do: {words}"):
        actions.finish(meeting, by=cast["ben"])


def test_finishing_sets_the_date_and_asks_the_other_to_agree(cast, held):
    assert held.held_on == timezone.localdate()
    assert told(held)[-1][0] == "Amira Khan"
    assert "Read it and agree it" in told(held)[-1][1]


def test_a_meeting_that_was_planned_for_later_was_held_today(cast, plan, complete):
    meeting = plan(days=3)
    complete(meeting)
    actions.finish(meeting, by=cast["ben"])

    assert meeting.held_on == timezone.localdate()


def test_the_day_that_somebody_wrote_stays(cast, meeting, complete, write):
    complete(meeting)
    write(meeting, cast["ben"], about__held="2026-01-05")
    actions.finish(meeting, by=cast["ben"])

    assert meeting.held_on == date(2026, 1, 5)


# Agreeing


def test_both_agree_and_the_meeting_is_kept(cast, held):
    actions.agree(held, by=cast["ben"], revision=held.revision)
    assert held.state == State.HELD
    actions.agree(held, by=cast["amira"], revision=held.revision)

    assert held.state == State.AGREED
    assert [str(agreement) for agreement in held.agreements.all()] == ["Ben Carter, Mentor", "Amira Khan, ECT"]


def test_a_double_click_agrees_once(cast, held):
    actions.agree(held, by=cast["ben"], revision=held.revision)
    with pytest.raises(Refused, match="agreed already"):
        actions.agree(held, by=cast["ben"], revision=held.revision)

    assert Agreement.objects.count() == 1
    assert Event.objects.about(held).filter(what="agree_meeting").count() == 1


def test_one_agrees_only_with_what_one_has_read(cast, held):
    read = held.revision
    actions.take_step(held, "reopen", by=cast["amira"])
    actions.finish(held, by=cast["amira"])

    with pytest.raises(Stale, match="changed since you opened it"):
        actions.agree(held, by=cast["ben"], revision=read)
    assert not Agreement.objects.exists()


def test_going_back_to_writing_takes_agreements_back(cast, held):
    actions.agree(held, by=cast["ben"], revision=held.revision)
    actions.take_step(held, "reopen", by=cast["amira"])

    assert held.state == State.PLANNED
    assert not held.agreements.exists()
    assert "gone back to writing" in told(held)[-1][1]


def test_nobody_is_asked_twice_to_agree(cast, held):
    before = len(told(held))
    actions.agree(held, by=cast["ben"], revision=held.revision)  # Amira was asked when he finished

    assert len(told(held)) == before


def test_who_finished_is_told_that_the_other_has_agreed_and_waits(cast, held):
    actions.agree(held, by=cast["amira"], revision=held.revision)

    assert told(held)[-1] == ("Ben Carter", "Amira Khan has agreed your meeting. Now it is waiting for you.")


def test_messages_and_events_say_nothing_of_what_was_written(cast, agreed):
    said = str(list(Notice.objects.values())) + str(list(Event.objects.values("what", "detail")))

    for words in ("A private worry", "Wait time", "Count to three", "Questioning"):
        assert words not in said


def test_a_subject_begins_with_what_is_asked_or_what_happened(cast, meeting, complete):
    at = timezone.make_aware(datetime(2026, 11, 19, 10, 30))
    actions.move_meeting(meeting, at, "Room 4", by=cast["ben"])
    complete(meeting)
    Meeting.objects.filter(pk=meeting.pk).update(held_on=date(2026, 11, 20))
    meeting.refresh_from_db()
    actions.finish(meeting, by=cast["ben"])
    actions.take_step(meeting, "reopen", by=cast["amira"])
    actions.finish(meeting, by=cast["amira"])
    for who in ("ben", "amira"):
        actions.agree(meeting, by=cast[who], revision=meeting.revision)

    _, *subjects = [(message.to[0].split("@")[0], message.subject) for message in mail.outbox]
    assert subjects == [
        ("amira", "Meeting moved to 19 November, 10:30am: Mentor meeting"),
        ("amira", "Agree your meeting of 20 November: Mentor meeting"),
        ("ben", "Your meeting of 20 November is open again: Mentor meeting, Amira Khan"),
        ("ben", "Agree your meeting of 20 November: Mentor meeting, Amira Khan"),
        ("amira", "Agree your meeting of 20 November: Mentor meeting"),
        ("ben", "Your meeting of 20 November is agreed: Mentor meeting, Amira Khan"),
    ]


def test_the_subject_of_a_planned_meeting_says_when_and_of_a_cancelled_one_so(cast, amiras, template):
    at = timezone.make_aware(datetime(2027, 3, 3, 15, 30))
    template.title = "Look at {this}"  # what stands in braces in a title is no gap to fill
    template.save()
    meeting = actions.start_meeting(amiras, by=cast["amira"], template=template, planned_for=at)
    actions.cancel(meeting, by=cast["amira"])

    assert [message.subject for message in mail.outbox] == [
        "Meeting planned for 3 March, 3:30pm: Look at {this}, Amira Khan",
        "Meeting of 3 March cancelled: Look at {this}, Amira Khan",
    ]
    assert "Wednesday 3 March 2027, 3:30pm.\n" in mail.outbox[0].body


# Cancelling


def test_a_planned_meeting_is_cancelled_with_a_reason_and_the_other_is_told(cast, meeting):
    actions.cancel(meeting, by=cast["amira"], reason="School trip")

    assert (meeting.state, meeting.cancel_reason) == (State.CANCELLED, "School trip")
    assert told(meeting)[-1][0] == "Ben Carter"
    assert "School trip" not in told(meeting)[-1][1]


def test_no_reason_is_needed(cast, meeting):
    actions.cancel(meeting, by=cast["amira"], reason="  ")
    assert (meeting.state, meeting.cancel_reason) == (State.CANCELLED, "")


def test_a_meeting_with_an_action_step_cannot_be_cancelled(cast, meeting, complete):
    complete(meeting)

    with pytest.raises(Refused, match="can only be finished"):
        actions.cancel(meeting, by=cast["amira"], reason="No")


# What became of action steps


@pytest.fixture
def earlier(agreed):
    return agreed.steps.get()


def test_the_steps_of_the_last_meeting_are_carried_forward(cast, plan, earlier):
    following = plan(days=7)

    assert list(following.earlier_steps()) == [earlier]
    assert following.steps_written() == {f"became-{earlier.pk}": None}


def test_steps_of_a_meeting_still_being_written_are_not(cast, meeting, complete, plan):
    complete(meeting)

    assert not plan(days=7).earlier_steps()


@pytest.mark.parametrize("state", ["met", "refined", "dropped"])
def test_what_became_of_a_step_is_kept_with_the_meeting_that_decided_it(cast, plan, write, earlier, state):
    following = plan(days=7)
    write(following, cast["amira"], **{f"became__{earlier.pk}": {"state": state, "noticed": "Calmer"}})

    earlier.refresh_from_db()
    assert (earlier.state, earlier.noticed, earlier.decided_in) == (state, "Calmer", following)
    assert list(following.earlier_steps()) == [earlier]
    assert not plan(days=14).earlier_steps()


def test_a_decision_is_taken_back(cast, plan, write, earlier):
    following = plan(days=7)
    key = f"became__{earlier.pk}"
    write(following, cast["amira"], **{key: {"state": "met", "noticed": ""}})
    write(following, cast["amira"], **{key: ""})

    earlier.refresh_from_db()
    assert (earlier.state, earlier.decided_in, earlier.decision()) == ("active", None, None)


def test_something_noticed_is_kept_before_anything_is_decided(cast, plan, write, earlier):
    following = plan(days=7)
    write(following, cast["amira"], **{f"became__{earlier.pk}": {"state": "active", "noticed": "Nearly"}})

    earlier.refresh_from_db()
    assert earlier.decision() == {"state": "active", "noticed": "Nearly"}


def test_nobody_decides_about_the_step_of_another_induction(cast, plan, write, earlier):
    theirs = plan("tom", "priya")
    write(theirs, cast["priya"], **{f"became__{earlier.pk}": {"state": "dropped", "noticed": "Not mine"}})

    earlier.refresh_from_db()
    assert earlier.state == "active"


def test_a_step_that_one_meeting_has_decided_is_not_decided_by_another(cast, plan, write, earlier):
    one, two = plan(days=7), plan(days=14)
    key = f"became__{earlier.pk}"
    write(one, cast["ben"], **{key: {"state": "met", "noticed": ""}})
    write(two, cast["ben"], **{key: {"state": "dropped", "noticed": "No"}})

    earlier.refresh_from_db()
    assert (earlier.state, earlier.decided_in) == ("met", one)


def test_a_refined_step_is_followed_by_the_one_in_its_place(cast, plan, write, complete, earlier):
    following = plan(days=7)
    complete(following)
    write(following, cast["ben"], **{f"became__{earlier.pk}": {"state": "refined", "noticed": "Too fast"}})
    write(following, cast["ben"], step__2={"text": "Another", "checks": [], "criteria": [], "review_on": ""})
    actions.finish(following, by=cast["ben"])

    assert [step.follows for step in following.steps.all()] == [None, earlier]


def test_a_step_that_was_written_by_itself_takes_the_place_of_a_refined_one(cast, plan, write, complete, earlier):
    following = plan(days=7)
    complete(following)
    write(following, cast["ben"], **{f"became__{earlier.pk}": {"state": "refined", "noticed": "Too fast"}})
    write(following, cast["ben"], step__2="")
    write(following, cast["ben"], step__2={"text": "Another", "checks": [], "criteria": [], "review_on": ""})
    actions.finish(following, by=cast["ben"])

    assert [step.follows for step in following.steps.all()] == [earlier, None]


COPY = NOTES["step-1"] | {"checks": []}
REFINED = {"state": "refined", "noticed": "Too fast"}


def own(meeting):
    """The texts of a meeting's own steps by their place, and what each follows."""
    return {step.position: (step.text, step.follows_id) for step in meeting.steps.all()}


def test_a_refined_step_begins_with_the_words_of_the_one_before(cast, plan, write, earlier):
    ActionStep.objects.update(review_on=date(2026, 11, 20))
    following = plan(days=7)
    merged = write(following, cast["ben"], **{f"became__{earlier.pk}": REFINED})

    (copy,) = following.steps.all()
    assert (copy.written(), copy.follows) == (COPY, earlier)
    assert (merged.answers["step-1"], merged.outdated) == (COPY, ["step-1"])
    assert following.missing()["step-1"] == "Better words for “Count to three”"
    write(following, cast["ben"], step__1=COPY | {"criteria": ["Silence", "All hands"]})
    assert "step-1" not in following.missing()
    assert following.steps.get().follows == earlier


def test_while_they_keep_working_on_a_step_no_other_has_to_be_set(cast, plan, write, earlier):
    following = plan(days=7)
    write(following, cast["ben"], praise="Calm", about__focus="Questioning")
    assert "step-1" not in following.missing()
    write(following, cast["ben"], **{f"became__{earlier.pk}": {"state": "met", "noticed": ""}})
    assert following.missing()["step-1"] == "An action step"


def test_a_finished_meeting_keeps_what_it_goes_on_with_until_somebody_writes_on(cast, plan, write, earlier):
    ActionStep.objects.create(induction=earlier.induction, meeting=earlier.meeting, position=2)  # without words
    following, key = plan(days=7), f"became__{earlier.pk}"
    blocks = {"praise": "Calm", "about__focus": "F", key: {"state": "active", "noticed": "Nearly"}}
    write(following, cast["ben"], **blocks)
    actions.finish(following, by=cast["ben"])
    assert [(str(kept), kept.noticed) for kept in following.continued.all()] == [("Count to three", "Nearly")]

    actions.take_step(following, "reopen", by=cast["amira"])
    assert not following.continued.exists()
    write(following, cast["ben"], **{key: {"state": "met", "noticed": ""}}, step__1=NOTES["step-1"])
    actions.finish(following, by=cast["ben"])
    assert not following.continued.exists()


def test_a_decision_that_is_saved_twice_copies_once(cast, plan, write, earlier):
    following = plan(days=7)
    page = following.written() | following.steps_written()
    for _ in range(2):
        actions.save_meeting(
            Meeting.objects.get(pk=following.pk),
            {f"became-{earlier.pk}": REFINED},
            seen(page),
            revision=0,
            by=cast["ben"],
        )
        write(following, cast["ben"], **{f"became__{earlier.pk}": REFINED | {"noticed": "More"}})
        write(following, cast["ben"], **{f"became__{earlier.pk}": REFINED})
    assert own(following) == {1: ("Count to three", earlier.pk)}


def test_a_step_sent_along_with_the_decision_is_the_better_one(cast, plan, write, earlier, agreed):
    second = ActionStep.objects.create(induction=agreed.induction, meeting=agreed, position=2, text="Second")
    following = plan(days=7)
    better = {"text": "Count to five", "checks": [], "criteria": [], "review_on": ""}
    decisions = {f"became__{step.pk}": REFINED for step in (earlier, second)}
    write(following, cast["ben"], step__1=better, about__focus="F", praise="P", **decisions)
    assert own(following) == {1: ("Count to five", None), 2: ("Second", second.pk)}

    write(following, cast["ben"], step__2=better)
    actions.finish(following, by=cast["ben"])
    assert own(following) == {1: ("Count to five", earlier.pk), 2: ("Count to five", second.pk)}


@pytest.mark.parametrize("changed", [False, True])
def test_a_copy_goes_with_the_decision_unless_somebody_has_changed_it(cast, plan, write, earlier, changed):
    following = plan(days=7)
    write(following, cast["ben"], **{f"became__{earlier.pk}": REFINED})
    if changed:
        write(following, cast["amira"], step__1=COPY | {"text": "Count to five"})

    merged = write(following, cast["ben"], **{f"became__{earlier.pk}": None})

    assert merged.outdated == ([] if changed else ["step-1"])
    assert [text for text, _ in own(following).values()] == (["Count to five"] if changed else [])
    write(following, cast["ben"], **{f"became__{earlier.pk}": REFINED})
    assert own(following) == {1: ("Count to five" if changed else "Count to three", earlier.pk)}


def test_a_step_of_a_decision_that_was_taken_back_follows_nothing(cast, plan, write, earlier):
    following = plan(days=7)
    write(following, cast["ben"], about__focus="F", praise="P", **{f"became__{earlier.pk}": REFINED})
    write(following, cast["ben"], step__1=COPY | {"text": "Count to five"})
    write(following, cast["ben"], **{f"became__{earlier.pk}": {"state": "met", "noticed": ""}})
    actions.finish(following, by=cast["ben"])
    assert own(following) == {1: ("Count to five", None)}


def test_without_a_free_place_nothing_is_copied(cast, plan, write, earlier, template):
    full, none = plan(days=7), plan(days=8)
    Meeting.objects.filter(pk=none.pk).update(sections=[])
    step = {"text": "Another", "checks": [], "criteria": [], "review_on": ""}
    write(full, cast["ben"], step__1=step, step__2=step, step__3=step)
    write(full, cast["ben"], **{f"became__{earlier.pk}": REFINED})
    assert [text for text, _ in own(full).values()] == ["Another"] * 3
    write(full, cast["ben"], **{f"became__{earlier.pk}": None})

    write(none, cast["ben"], **{f"became__{earlier.pk}": REFINED})
    assert own(Meeting.objects.get(pk=none.pk)) == {}


def test_a_step_of_no_earlier_meeting_is_not_copied(cast, plan, write, amiras):
    following, other = plan(days=7), plan(days=8)
    step = ActionStep.objects.create(induction=amiras, meeting=other, position=1, text="Not agreed yet")
    write(following, cast["ben"], **{f"became__{step.pk}": REFINED})
    assert own(following) == {}


@pytest.mark.parametrize("state", ["refined", "dropped"])
def test_a_step_that_is_not_met_needs_what_was_noticed(cast, plan, write, complete, earlier, state):
    following = plan(days=7)
    complete(following)
    write(following, cast["ben"], **{f"became__{earlier.pk}": {"state": state, "noticed": ""}})

    with pytest.raises(Refused, match="What you noticed about “Count to three”"):
        actions.finish(following, by=cast["ben"])


def test_a_meeting_without_a_place_for_action_steps_needs_none(cast, plan, template):
    template.sections.filter(key="precise_action").delete()
    template.sections.update(needed=False)

    assert plan().missing() == {"about-focus": "Focus"}


def test_where_action_steps_are_optional_only_a_refined_one_needs_another(cast, plan, write, template, earlier):
    template.sections.update(needed=False)
    following = plan(days=7)
    write(following, cast["ben"], about__focus="Questioning")
    assert following.missing() == {}

    write(following, cast["ben"], **{f"became__{earlier.pk}": {"state": "refined", "noticed": "Too fast"}})
    assert following.missing() == {"step-1": "Better words for “Count to three”"}
    write(following, cast["ben"], step__1="")
    assert following.missing() == {"step-1": "An action step for each one that you refine"}


def test_each_refined_step_needs_a_new_one(cast, plan, write, complete, earlier, agreed):
    ActionStep.objects.create(induction=agreed.induction, meeting=agreed, position=2, text="Second")
    following = plan(days=7)
    complete(following)
    for step in agreed.steps.all():
        write(following, cast["ben"], **{f"became__{step.pk}": {"state": "refined", "noticed": "Hm"}})

    assert following.missing().keys() == {"step-2", "step-3"}
    write(following, cast["ben"], step__2="", step__3="")
    assert following.missing() == {"step-2": "An action step for each one that you refine"}


def test_a_meeting_that_has_decided_about_a_step_cannot_be_cancelled(cast, plan, write, earlier):
    following = plan(days=7)
    write(following, cast["ben"], **{f"became__{earlier.pk}": {"state": "met", "noticed": ""}})

    with pytest.raises(Refused, match="can only be finished"):
        actions.cancel(following, by=cast["ben"], reason="No")


# The database's own rules


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "lost"},
        {"kind": "interaction"},
        {"state": "held"},
        {"cancel_reason": "why"},
        {"minutes": 0},
    ],
)
def test_the_database_refuses_a_meeting_that_cannot_be(meeting, wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        Meeting.objects.filter(pk=meeting.pk).update(**wrong)


def test_the_database_refuses_rows_that_cannot_be(cast, agreed, earlier):
    with pytest.raises(IntegrityError), transaction.atomic():
        Agreement.objects.create(meeting=agreed, role=Role.MENTOR, by=cast["ben"])
    with pytest.raises(IntegrityError), transaction.atomic():
        Agreement.objects.create(meeting=agreed, role=Role.TUTOR, by=cast["grace"])
    with pytest.raises(IntegrityError), transaction.atomic():
        ActionStep.objects.filter(pk=earlier.pk).update(state="met")
    with pytest.raises(IntegrityError), transaction.atomic():
        ActionStep.objects.filter(pk=earlier.pk).update(follows=earlier)
    with pytest.raises(IntegrityError), transaction.atomic():
        SuccessCriterion.objects.create(step=earlier, position=9, text="")
    with pytest.raises(IntegrityError), transaction.atomic():
        ContinuedStep.objects.bulk_create(ContinuedStep(meeting=agreed, step=earlier) for _ in range(2))


# Two at once


@pytest.mark.django_db(transaction=True)
def test_two_people_who_save_at_the_same_moment_lose_nothing(cast, meeting):
    def type_in(who, key):
        def task():
            page = {}
            for number in range(5):
                copy = Meeting.objects.select_related("induction").get(pk=meeting.pk)
                merged = actions.save_meeting(
                    copy, {key: f"{who} {number}"}, page, revision=copy.revision, by=cast[who]
                )
                page.update(merged.seen)

        return task

    assert at_once(type_in("ben", "praise"), type_in("amira", "check_in")) == []

    meeting.refresh_from_db()
    assert meeting.answers == {"praise": "ben 4", "check_in": "amira 4"}
    assert meeting.revision == 10


@pytest.mark.django_db(transaction=True)
def test_both_agree_at_the_same_moment(cast, held):
    def agree(who):
        return lambda: actions.agree(
            Meeting.objects.select_related("induction").get(pk=held.pk), by=cast[who], revision=held.revision
        )

    assert at_once(agree("ben"), agree("amira")) == []

    held.refresh_from_db()
    assert held.state == State.AGREED


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_the_same_moment_agree_once(cast, held):
    def agree():
        actions.agree(
            Meeting.objects.select_related("induction").get(pk=held.pk), by=cast["ben"], revision=held.revision
        )

    assert at_once(agree, agree) == ["You have agreed already."]
    assert Agreement.objects.count() == 1
