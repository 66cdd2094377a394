"""An audit is begun, rated and completed, at the start and at the end."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from cycles import actions as meetings
from cycles.audits import actions
from cycles.audits.models import Audit
from cycles.audits.workflow import State
from people.actions import Refused, Stale
from people.models import Event, Notice, Post

from ..conftest import SCALE


def test_an_audit_begins_with_a_copy_of_the_statements(audit, module):
    assert (audit.state, audit.title, str(audit)) == (State.START, "Audit of assessment", "Audit of assessment")
    assert [section["title"] for section in audit.sections][:2] == ["I plan checks.", "My feedback is used."]
    module.audit.sections.filter(key="checks").update(title="Something else")
    audit.refresh_from_db()
    assert audit.sections[0]["title"] == "I plan checks."


def test_a_double_click_begins_one_audit(cast, amiras, module, audit):
    assert actions.begin(amiras, module, by=cast["amira"]) == audit
    assert Audit.objects.count() == 1


@pytest.mark.parametrize("key", ["ben", "grace", "ruth", "tom", "olive"])
def test_only_the_ect_begins_an_audit(cast, amiras, module, key):
    with pytest.raises(Refused, match="Only the ECT"):
        actions.begin(amiras, module, by=cast[key])


@pytest.mark.parametrize("how", ["none", "retired"])
def test_a_module_without_an_audit_has_none_to_begin(cast, amiras, module, how):
    if how == "none":
        module.audit = None
    else:
        module.audit.retired = True
    with pytest.raises(Refused, match="has no audit"):
        actions.begin(amiras, module, by=cast["amira"])


def test_what_is_missing_is_named(cast, audit, rate):
    rated = rate(audit, 1, complete=False)
    with pytest.raises(Refused, match=r"Still to rate: My feedback is used\.; Marking is manageable\."):
        actions.take_step(rated, "complete_start", by=cast["amira"])


def test_both_ratings_with_their_dates(audit, rate):
    rate(audit, 0, 1, 3)
    audit.refresh_from_db()
    assert (audit.state, audit.start_on, audit.end_on) == (State.END, timezone.localdate(), None)
    rate(audit, 2, 1, 2)
    audit.refresh_from_db()
    assert (audit.state, audit.end_on) == (State.COMPLETED, timezone.localdate())
    assert [(one.start, one.end) for one in audit.ratings()] == [
        (SCALE[0], SCALE[2]),
        (SCALE[1], SCALE[1]),
        (SCALE[3], SCALE[2]),
    ]


def test_a_rating_shows_only_when_it_is_complete(audit, rate):
    assert [one.start for one in rate(audit, 0, 1, complete=False).ratings()] == ["", "", ""]


def test_the_end_cannot_be_completed_before_the_start(cast, audit):
    with pytest.raises(Refused, match="is at “Not rated yet” now"):
        actions.take_step(audit, "complete_end", by=cast["amira"])


def test_the_mentor_completes_nothing(cast, audit, rate):
    rated = rate(audit, 0, 1, 2, complete=False)
    with pytest.raises(Refused, match="Only the ECT rates"):
        actions.take_step(rated, "complete_start", by=cast["ben"])


def test_a_double_click_completes_once_and_tells_the_mentor_once(cast, audit, rate):
    twice = rate(audit, 0, 1, 2, complete=False)
    once = Audit.objects.get(pk=audit.pk)
    actions.take_step(once, "complete_start", by=cast["amira"])
    with pytest.raises(Refused, match="has changed"):
        actions.take_step(twice, "complete_start", by=cast["amira"])
    notice = Notice.objects.get()
    assert (notice.to, notice.path) == (cast["ben"], audit.get_absolute_url())
    assert notice.subject == "Start rated: Audit of assessment, Amira Khan"
    assert "Amira Khan has rated the start of a module: Audit of assessment." in notice.text


def test_without_a_mentor_nobody_is_told(audit, rate):
    Post.objects.filter(role="mentor").delete()
    rate(audit, 0, 1, 2)
    assert not Notice.objects.exists()


def test_events_say_who_and_when_and_belong_to_no_page_that_others_read(rated_twice):
    events = Event.objects.about(rated_twice).order_by("number")
    assert list(events.values_list("what", "role", "induction", "detail")) == [
        ("begin_audit", "ect", None, {}),
        ("complete_start", "ect", None, {}),
        ("complete_end", "ect", None, {}),
    ]


def test_what_is_sent_again_unchanged_is_no_change(cast, audit, rate):
    rated = rate(audit, 1, complete=False)
    again = actions.rate(audit, "start", {"checks": SCALE[1], "hopes": ""}, revision=None, by=cast["amira"])
    assert again.revision == rated.revision == 1


def test_an_answer_that_is_not_sent_stays(cast, audit, rate):
    rate(audit, 1, complete=False)
    rated = actions.rate(audit, "start", {"feedback": SCALE[0]}, revision=1, by=cast["amira"])
    assert rated.start_answers == {"checks": SCALE[1], "feedback": SCALE[0]}


def test_an_older_page_overwrites_nothing(cast, audit, rate):
    rate(audit, 1, complete=False)
    with pytest.raises(Stale) as stale:
        actions.rate(audit, "start", {"checks": SCALE[2]}, revision=0, by=cast["amira"])
    assert stale.value.stored.start_answers == {"checks": SCALE[1]}


@pytest.mark.parametrize(("key", "moment"), [("amira", "start"), ("amira", "end"), ("ben", "end")])
def test_nothing_is_rated_by_others_or_once_it_is_complete(cast, rated_twice, key, moment):
    with pytest.raises(Refused, match="completed in the meantime"):
        actions.rate(rated_twice, moment, {"checks": SCALE[0]}, revision=rated_twice.revision, by=cast[key])


def test_a_page_of_the_start_writes_nothing_into_the_end(cast, audit, rate):
    rate(audit, 0, 1, 2)
    audit.refresh_from_db()
    with pytest.raises(Refused):
        actions.rate(audit, "start", {"checks": SCALE[3]}, revision=audit.revision, by=cast["amira"])
    audit.refresh_from_db()
    assert audit.end_answers == {}


def test_a_changed_template_leaves_an_audit_as_it_was_asked(audit, rate, module):
    rate(audit, 0, 1, 2)
    module.audit.sections.filter(key="checks").update(options=["No", "Yes"])
    module.audit.sections.filter(key="marking").update(retired=True)
    rate(audit, 3, 3, 3)
    audit.refresh_from_db()
    assert [(one.statement, one.change) for one in audit.ratings()] == [
        ("I plan checks.", "Up 3"),
        ("My feedback is used.", "Up 2"),
        ("Marking is manageable.", "Up 1"),
    ]


def test_who_sees_it_and_who_has_to_go_on_with_it(cast, audit, rate):
    sees = {key for key, person in cast.items() if Audit.objects.visible_to(person).exists()}
    assert sees == {"amira", "ben"}

    def waits_for():
        return {key for key, person in cast.items() if Audit.objects.waiting_on(person).exists()}

    assert waits_for() == {"amira"}
    turn = Audit.objects.get().turn_for(cast["amira"])
    assert (turn.what, turn.about, turn.url) == (
        "Rate the start of a module",
        "Audit of assessment",
        f"/learning/audits/{audit.pk}/rate/start/",
    )
    rate(audit, 0, 1, 2)
    assert waits_for() == {"ben"}  # the end waits for the module
    rate(audit, 3, complete=False)
    assert waits_for() == {"amira", "ben"}


def test_the_mentor_has_it_to_discuss_until_the_two_have_met(cast, audit, rate, plan, complete, sign_in):
    def waits_for_ben():
        return [(turn.what, turn.about, turn.url) for turn in turns_of(sign_in(cast["ben"]).get("/"), "audit")]

    before = plan(days=-1)
    complete(before)
    meetings.finish(before, by=cast["ben"])
    rate(audit, 0, 1, 2)
    to_discuss = (
        "Discuss a module audit when you next meet",
        "Audit of assessment, Amira Khan",
        audit.get_absolute_url(),
    )
    assert waits_for_ben() == [to_discuss]
    meeting = plan()
    complete(meeting)
    assert waits_for_ben() == [to_discuss]
    meetings.finish(meeting, by=cast["ben"])
    assert waits_for_ben() == []
    rate(audit, 3, 3, 3)
    assert waits_for_ben() == [to_discuss]  # on the day of the meeting, but after it


def test_a_meeting_of_before_that_is_written_up_or_finished_later_settles_nothing(cast, audit, rate, plan, complete):
    before, today = plan(days=-1), plan()
    complete(today)
    rate(audit, 0, 1, 2)
    complete(before)
    for meeting in (before, today):
        meetings.finish(meeting, by=cast["ben"])
    assert Audit.objects.waiting_on(cast["ben"]).exists()


def test_an_end_that_is_being_rated_is_nothing_new_to_discuss(cast, audit, rate, plan, complete):
    rate(audit, 0, 1, 2)
    meeting = plan()
    complete(meeting)
    meetings.finish(meeting, by=cast["ben"])
    rate(audit, 3, complete=False)
    assert not Audit.objects.waiting_on(cast["ben"]).exists()


def turns_of(page, word):
    """Of a home page, those with this word."""
    turns = [page.context["next"], *(turn for turn, _ in page.context["turns"])]
    return [turn for turn in turns if turn and word in turn.what]


def test_another_pairs_meeting_settles_nothing(cast, audit, rate, plan, complete):
    rate(audit, 0, 1, 2)
    toms = plan("tom", "priya")
    complete(toms, by=cast["priya"])
    meetings.finish(toms, by=cast["priya"])
    assert Audit.objects.waiting_on(cast["ben"]).exists()


@pytest.mark.parametrize(
    "facts",
    [
        {"state": "start", "start_on": date(2026, 9, 1)},
        {"state": "end"},
        {"state": "completed", "start_on": date(2026, 9, 1)},
        {"state": "unheard of"},
    ],
)
def test_the_database_knows_which_dates_go_with_which_state(audit, facts):
    with pytest.raises(IntegrityError), transaction.atomic():
        Audit.objects.filter(pk=audit.pk).update(**facts)


def test_there_is_one_audit_of_a_module(audit):
    audit.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        audit.save(force_insert=True)
