"""What is done with a proforma, who is told, and what is written down about it."""

from datetime import date, time, timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils import timezone

from content.answers import seen
from content.models import Template
from cycles.models import ActionStep, Meeting
from observations.actions import arrange, save, set_up, take_step
from observations.models import Kind, Proforma, in_words, made_up_name
from observations.workflow import State
from people.actions import Refused
from people.models import Event, Notice, Post
from people.permissions import Role

from .conftest import answers, arrangements, digests, fresh, person


def arranged(proforma):
    return seen(fresh(proforma).arrangements())


def what_happened(proforma):
    return [event.what for event in Event.objects.about(proforma)]


def test_a_proforma_keeps_the_questions_that_it_was_set_up_with(cast, templates):
    proforma = set_up(cast["amira"].induction, Kind.OBSERVATION, arrangements(), by=person(cast["ben"]))
    template = Template.objects.get(slug="actions")
    template.sections.update(title="Something else")
    template.title = "Another name"
    template.save()

    proforma = fresh(proforma)
    assert str(proforma) == "Watching"
    assert [section["title"] for section in proforma.sections] == [
        "Context and aims", "What happened", "What I will try", "Worth another visit",
    ]  # fmt: skip


def test_each_kind_has_its_own_template(cast, templates):
    talk = set_up(cast["amira"].induction, Kind.DISCUSSION, arrangements(), by=person(cast["amira"]))

    assert talk.title == "Talking"
    assert talk.sections[1]["key"] == "questions"


def test_a_kind_without_a_template_is_refused_in_words(cast, templates):
    Template.objects.filter(slug="questions").update(retired=True)

    with pytest.raises(Refused, match="no proforma of this kind"):
        set_up(cast["amira"].induction, Kind.DISCUSSION, arrangements(), by=person(cast["amira"]))


@pytest.mark.parametrize("key", ["grace", "tom", "priya", "ruth", "joan", "colin", "olive", "zofia", "daniel"])
def test_only_the_two_set_up_a_proforma(cast, templates, key):
    with pytest.raises(Refused, match="Only the ECT and their mentor"):
        set_up(cast["amira"].induction, Kind.OBSERVATION, arrangements(), by=person(cast[key]))


def test_a_mentor_who_has_left_sets_up_nothing(cast, templates):
    Post.objects.filter(user=cast["ben"]).update(ends_on=timezone.localdate() - timedelta(days=1))

    with pytest.raises(Refused):
        set_up(cast["amira"].induction, Kind.OBSERVATION, arrangements(), by=person(cast["ben"]))


def test_setting_up_twice_by_a_double_click_makes_one(cast, templates):
    for _ in range(2):
        set_up(cast["amira"].induction, Kind.OBSERVATION, arrangements(), by=person(cast["ben"]))

    assert Proforma.objects.count() == 1
    assert Notice.objects.count() == 1

    set_up(cast["amira"].induction, Kind.OBSERVATION, arrangements(planned_at=time(9, 30)), by=person(cast["ben"]))
    assert Proforma.objects.count() == 2


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({}, State.PLANNED),
        ({"expert_name": ""}, State.SET_UP),
        ({"planned_on": None}, State.SET_UP),
    ],
)
def test_day_and_expert_make_it_planned(cast, templates, changes, state):
    proforma = set_up(cast["amira"].induction, Kind.OBSERVATION, arrangements(**changes), by=person(cast["amira"]))

    assert fresh(proforma).state == state
    assert what_happened(proforma) == ["set_up", "plan"] if state == State.PLANNED else ["set_up"]


def test_arrangements_lead_to_planned_and_back(cast, make):
    proforma, ben = make(State.SET_UP), person(cast["ben"])

    arrange(proforma, arrangements(), seen=arranged(proforma), by=ben)
    assert fresh(proforma).state == State.PLANNED
    arrange(proforma, arrangements(planned_on=None), seen=arranged(proforma), by=person(cast["amira"]))
    assert fresh(proforma).state == State.SET_UP
    assert what_happened(proforma) == ["set_up", "plan", "postpone"]
    assert Event.objects.about(proforma).last().role == Role.ECT


def test_saving_is_no_event_of_its_own(cast, make):
    proforma = make()

    save(proforma, answers(), seen=digests(proforma), by=person(cast["amira"]))

    assert fresh(proforma).answers["suggests"] == "I will count to five"
    assert what_happened(proforma) == ["set_up", "plan"]


def test_a_time_goes_with_its_day_when_the_other_takes_that_away(cast, make):
    proforma = make()
    seen = arranged(proforma)

    arrange(proforma, arrangements(planned_on=None), seen=seen, by=person(cast["amira"]))
    merged = arrange(proforma, arrangements(planned_at=time(9, 30)), seen=seen, by=person(cast["ben"]))

    assert merged.outdated == ["planned_on"]
    proforma = fresh(proforma)
    assert (proforma.planned_on, proforma.planned_at, proforma.state) == (None, None, State.SET_UP)


def test_both_write_in_different_places_and_keep_everything(cast, make):
    proforma = make()
    seen = arranged(proforma)

    arrange(proforma, arrangements(focus="Cold calling"), seen=seen, by=person(cast["amira"]))
    arrange(proforma, arrangements(to_notice="Whom he asks"), seen=seen, by=person(cast["ben"]))

    proforma = fresh(proforma)
    assert (proforma.focus, proforma.to_notice) == ("Cold calling", "Whom he asks")


def test_both_write_in_the_same_place_and_the_second_saves_nothing(cast, make):
    proforma = make()
    seen = arranged(proforma)

    arrange(proforma, arrangements(focus="Cold calling"), seen=seen, by=person(cast["amira"]))
    before = fresh(proforma).revision
    merged = arrange(proforma, arrangements(focus="Routines", to_notice="?"), seen=seen, by=person(cast["ben"]))

    assert [(conflict.key, conflict.theirs, conflict.mine) for conflict in merged.conflicts] == [
        ("focus", "Cold calling", "Routines")
    ]
    assert (fresh(proforma).to_notice, fresh(proforma).revision) == ("Who answers, and when", before)


def test_two_windows_of_the_ect_do_not_overwrite_each_other(cast, make):
    proforma, amira = make(), person(cast["amira"])
    seen = digests(proforma)

    save(proforma, answers(answer_suggests="One"), seen=seen, by=amira)
    merged = save(proforma, answers(answer_suggests="Two"), seen=seen, by=amira)

    assert [conflict.key for conflict in merged.conflicts] == ["answer_suggests"]
    assert fresh(proforma).answers["suggests"] == "One"


def test_who_saves_between_ones_reading_and_writing_loses_nothing(cast, make):
    proforma, amira = make(), person(cast["amira"])
    stale, seen = fresh(proforma), digests(proforma)

    save(proforma, {"answer_suggests": "One"}, seen=seen, by=amira)
    save(stale, {"expert_name": "Another", "answer_context": "Two"}, seen=seen, by=amira)

    stored = fresh(proforma)
    assert (stored.expert_name, stored.answers["suggests"], stored.answers["context"]) == ("Another", "One", "Two")
    assert (stale.revision, stale.answers) == (stored.revision, stored.answers)


@pytest.mark.parametrize(
    ("state", "ects", "mentors"),
    [
        (
            State.COMPLETED,
            "This proforma is completed. To change it, choose “Change what you wrote” on its page.",
            "This proforma is completed. Until you have discussed it, your ECT can open it again to change it.",
        ),
        (State.DISCUSSED, *["This proforma is at “Discussed” now, so it cannot be changed."] * 2),
        (State.CANCELLED, *["This proforma is at “Cancelled” now, so it cannot be changed."] * 2),
    ],
)
def test_what_is_finished_cannot_be_changed(cast, make, state, ects, mentors):
    proforma = make(state)

    with pytest.raises(Refused, match=ects):
        save(proforma, answers(), seen={}, by=person(cast["amira"]))
    with pytest.raises(Refused, match=mentors):
        arrange(proforma, arrangements(), seen={}, by=person(cast["ben"]))


def test_the_mentor_does_not_write_for_the_ect(cast, make):
    proforma = make()

    with pytest.raises(Refused):
        save(proforma, answers(), seen=digests(proforma), by=person(cast["ben"]))


def test_a_step_counts_once(cast, make):
    proforma, ben = make(State.COMPLETED), person(cast["ben"])
    same = fresh(proforma)

    take_step(proforma, "discuss", by=ben)
    with pytest.raises(Refused, match="has changed since"):
        take_step(same, "discuss", by=ben)

    assert what_happened(proforma).count("discuss") == 1


def test_a_step_is_not_taken_on_what_has_changed_since(cast, make):
    proforma, amira = make(), person(cast["amira"])
    save(proforma, answers(), seen=digests(proforma), by=amira)
    stale = fresh(proforma)
    save(proforma, answers(answer_suggests=""), seen=digests(proforma), by=amira)

    with pytest.raises(Refused, match="has changed since"):
        take_step(stale, "complete", by=amira)

    assert fresh(proforma).state == State.PLANNED


def test_the_other_of_the_two_is_told(cast, make, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        make(State.COMPLETED)
        make(State.CANCELLED, focus="Another")

    told = [(notice.to.name, notice.subject, notice.text.split(" “")[0]) for notice in Notice.objects.order_by("pk")]
    title = Proforma.objects.first().title
    assert told == [
        ("Amira Khan", f"Set up: {title}", "Ben Carter has set up"),
        ("Ben Carter", f"Read and discuss: {title}, Amira Khan", "Amira Khan has completed"),
        ("Amira Khan", f"Set up: {title}", "Ben Carter has set up"),
        ("Amira Khan", f"Cancelled: {title}", "Ben Carter has cancelled"),
    ]
    assert [message.to for message in mail.outbox] == [[notice.to.email] for notice in Notice.objects.order_by("pk")]


def test_the_ect_who_sets_up_tells_the_mentor(cast, templates):
    set_up(cast["amira"].induction, Kind.DISCUSSION, arrangements(), by=person(cast["amira"]))

    notice = Notice.objects.get()
    assert notice.to == cast["ben"]
    assert notice.text.endswith("It says what to look out for, and there is room to write up what comes of it.")


def test_without_a_mentor_nobody_is_told(cast, templates):
    Post.objects.filter(user=cast["ben"]).update(ends_on=timezone.localdate() - timedelta(days=1))

    set_up(cast["amira"].induction, Kind.DISCUSSION, arrangements(), by=person(cast["amira"]))

    assert not Notice.objects.exists()


def test_neither_events_nor_messages_name_the_expert_or_the_focus(cast, make):
    for state in State:
        make(state, focus=f"Secret {state}")

    told = [str(row) for row in Notice.objects.values_list("subject", "text", "path")]
    told += [str(row) for row in Event.objects.values_list("what", "subject", "detail")]
    assert not [text for text in told if "Quince" in text or "Secret" in text]


def test_events_of_a_proforma_belong_to_no_induction(cast, make):
    proforma = make(State.DISCUSSED)

    assert what_happened(proforma) == ["set_up", "plan", "complete", "discuss"]
    assert not cast["amira"].induction.events.about(proforma).exists()


@pytest.mark.parametrize(
    "broken",
    [
        {"kind": "essay"},
        {"planned_on": None, "planned_at": time(9)},
        {"state": State.PLANNED, "planned_on": None},
        {"state": State.COMPLETED, "happened_on": None},
        {"state": State.DISCUSSED, "happened_on": None},
        {"state": State.SET_UP, "cancel_reason": "It has snowed"},
        {"state": "lost"},
        {"paper": "proformas/1", "paper_name": ""},
        {"paper": "", "paper_name": "a.pdf"},
    ],
)
def test_the_database_refuses_what_cannot_be(make, broken):
    proforma = make(State.SET_UP)

    with pytest.raises(IntegrityError), transaction.atomic():
        Proforma.objects.filter(pk=proforma.pk).update(**broken)


def test_the_text_for_the_expert_says_what_and_when_and_nothing_else(cast, make):
    proforma = make(planned_on=date(2026, 3, 3), planned_at=time(9, 30))

    assert proforma.for_the_expert() == (
        "Watching\nWhen: Tuesday 3 March 2026, 9:30am\n\nMy focus:\nWaiting after a question\n\n"
        "What I would like to notice or learn:\nWho answers, and when"
    )
    proforma.planned_on, proforma.to_notice = None, ""
    proforma.planned_at = None
    assert proforma.for_the_expert() == "Watching\nWhen: To be agreed\n\nMy focus:\nWaiting after a question"


def test_without_a_focus_of_its_own_it_is_about_its_action_step(cast, make):
    meeting = Meeting.objects.create(
        induction=cast["amira"].induction, title="Weekly", planned_for=timezone.now(), sections=[]
    )
    step = ActionStep.objects.create(induction=cast["amira"].induction, meeting=meeting, position=1, text="Count to 5")
    proforma = make(focus="", action_step=step)

    assert proforma.target == "Count to 5"
    step.delete()
    assert fresh(proforma).target == ""


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (None, ""),
        (True, "Yes"),
        (False, "No"),
        ("A text", "A text"),
        (["one", "two"], "one\ntwo"),
        ([{"a": "Waits", "b": "Hands"}, {"a": "Asks", "b": ""}], "Waits: Hands\nAsks"),
    ],
)
def test_an_answer_of_any_kind_in_words(answer, words):
    assert in_words(answer) == words


def test_a_stored_upload_has_nothing_of_its_name(make):
    one, two = (made_up_name(make(), "../../etc/passwd.pdf") for _ in range(2))

    assert one != two
    assert one.startswith("proformas/")
    assert "pdf" not in one
