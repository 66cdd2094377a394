"""Appointing people, the list of events, and messages sent once."""

import threading
from datetime import date, timedelta

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.models import Session
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from people import actions
from people.actions import (
    Refused,
    add_person,
    add_term,
    appoint,
    broken_events,
    close_account,
    end_post,
    notify,
    record_event,
    send,
)
from people.append_only import protect, release
from people.models import Event, Induction, Ledger, Notice, Post, School, User
from people.permissions import Role
from people.tasks import send_notice

TODAY = timezone.localdate()


@pytest.fixture
def amira(cast):
    return Induction.objects.get(ect=cast["amira"])


def test_a_person_who_is_added_has_a_confirmed_address(db):
    person = add_person(" Jo@School.example ", " Jo Brown ")
    assert (person.email, person.name) == ("jo@school.example", "Jo Brown")
    assert EmailAddress.objects.get(user=person).verified
    assert not person.has_usable_password()


def test_one_address_is_one_person_however_it_is_written(db):
    add_person("jo@school.example", "Jo")
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(email="JO@school.example", name="Jo")
    assert User.objects.get_by_natural_key("JO@SCHOOL.EXAMPLE").name == "Jo"


def test_a_new_mentor_takes_over_from_the_one_before(cast, amira):
    appoint(cast["priya"], Role.MENTOR, amira, starts_on=TODAY, by=cast["joan"])
    assert Induction.objects.get(pk=amira.pk).mentor == cast["priya"]
    assert Post.objects.get(user=cast["ben"]).ends_on == TODAY - timedelta(days=1)
    event = Event.objects.order_by("number").last()
    assert (event.what, event.by, event.induction) == ("appoint", cast["joan"], amira)


@pytest.mark.parametrize(
    ("who", "role", "why"),
    [
        ("amira", Role.MENTOR, "cannot be their own mentor"),
        ("grace", Role.MENTOR, "must be two people"),
        ("ben", Role.TUTOR, "must be two people"),
    ],
)
def test_parts_that_exclude_one_another_are_refused(cast, amira, who, role, why):
    with pytest.raises(Refused, match=why):
        appoint(cast[who], role, amira, starts_on=TODAY, by=None)


@pytest.mark.parametrize(
    ("who", "role", "at", "why"),
    [
        ("ruth", Role.MENTOR, "induction", "must be somebody else"),
        ("ben", Role.HEAD, "school", "must be somebody else"),
        ("colin", Role.MENTOR, "induction", "no part in an induction that it assures"),
        ("colin", Role.TUTOR, "induction", "no part in an induction that it assures"),
        ("colin", Role.HEAD, "school", "no part in an induction that it assures"),
        ("amira", Role.AB_OFFICER, "appropriate_body", "no part in an induction that it assures"),
        ("ben", Role.AB_OFFICER, "appropriate_body", "no part in an induction that it assures"),
        ("joan", Role.AB_OFFICER, "appropriate_body", "no part in an induction that it assures"),
    ],
)
def test_nobody_judges_what_they_have_done_themselves(cast, amira, who, role, at, why):
    place = amira if at == "induction" else getattr(amira, at)
    with pytest.raises(Refused, match=why):
        appoint(cast[who], role, place, starts_on=TODAY, by=None)


def test_parts_at_different_places_or_one_after_another_exclude_nothing(cast, amira):
    elsewhere = cast["zofia"].induction
    appoint(cast["ben"], Role.HEAD, elsewhere.school, starts_on=TODAY, by=None)
    appoint(cast["colin"], Role.TUTOR, elsewhere, starts_on=TODAY, by=None)
    end_post(Post.objects.get(user=cast["ruth"]), on=TODAY, by=None)
    appoint(cast["ruth"], Role.MENTOR, amira, starts_on=TODAY + timedelta(days=1), by=None)
    appoint(cast["olive"], Role.PROGRAMME_ADMIN, None, starts_on=TODAY, by=None)


def test_somebody_appointed_from_a_later_day_is_not_pushed_out(cast, amira):
    appoint(cast["priya"], Role.MENTOR, amira, starts_on=TODAY, by=None)
    with pytest.raises(Refused, match="already takes on this part on or after that day"):
        appoint(cast["daniel"], Role.MENTOR, amira, starts_on=TODAY, by=None)


def test_a_part_that_has_a_last_day_is_still_one_persons_at_a_time(cast, amira):
    before = Post.objects.get(user=cast["ben"])
    end_post(before, on=TODAY + timedelta(days=30), by=None)
    appoint(cast["priya"], Role.MENTOR, amira, starts_on=TODAY + timedelta(days=5), by=None)
    holders = [
        [post.user.name for post in amira.posts.current(TODAY + timedelta(days=days)).filter(role=Role.MENTOR)]
        for days in (0, 4, 5, 30)
    ]
    assert holders == [["Ben Carter"], ["Ben Carter"], ["Priya Shah"], ["Priya Shah"]]
    with pytest.raises(Refused, match="already ends before that day"):
        end_post(before, on=TODAY + timedelta(days=30), by=None)


def test_an_ect_is_headteacher_of_their_school_only_when_their_induction_is_over(cast, amira):
    with pytest.raises(Refused, match="headteacher of the school of their own induction"):
        appoint(cast["amira"], Role.HEAD, amira.school, starts_on=TODAY, by=None)
    Induction.objects.filter(pk=amira.pk).update(ends_on=TODAY)
    with pytest.raises(Refused, match="headteacher of the school of their own induction"):
        appoint(cast["amira"], Role.HEAD, amira.school, starts_on=TODAY, by=None)
    appoint(cast["amira"], Role.HEAD, amira.school, starts_on=TODAY + timedelta(days=1), by=None)


def test_a_new_headteacher_takes_over_from_the_one_before(cast, amira):
    appoint(cast["samuel"], Role.HEAD, amira.school, starts_on=TODAY + timedelta(days=5), by=cast["olive"])
    holders = [
        [post.user.name for post in amira.school.posts.current(TODAY + timedelta(days=days)).filter(role=Role.HEAD)]
        for days in (0, 4, 5, 30)
    ]
    assert holders == [["Ruth Bennett"], ["Ruth Bennett"], ["Samuel Adeyemi"], ["Samuel Adeyemi"]]
    assert Post.objects.get(user=cast["samuel"], school__name="Birchwood Academy").ends_on is None
    with pytest.raises(Refused, match="already takes on this part on or after that day"):
        appoint(cast["helen"], Role.HEAD, amira.school, starts_on=TODAY, by=None)


def test_the_database_takes_one_headteacher_of_a_school_and_several_administrators(cast, amira):
    Post.objects.create(user=cast["samuel"], role=Role.SCHOOL_ADMIN, school=amira.school, starts_on=TODAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        Post.objects.create(user=cast["samuel"], role=Role.HEAD, school=amira.school, starts_on=TODAY)


def test_a_school_has_as_many_administrators_as_it_likes(cast, amira):
    appoint(cast["farah"], Role.SCHOOL_ADMIN, amira.school, starts_on=TODAY, by=None)
    assert amira.school.posts.current().filter(role=Role.SCHOOL_ADMIN).count() == 2


# Terms


def day(text):
    return date.fromisoformat(text)


@pytest.fixture
def school(cast):
    """A school with one term."""
    school = School.objects.create(name="New", urn="900003", appropriate_body=School.objects.first().appropriate_body)
    half_term = day("2031-10-27"), day("2031-10-31")
    add_term(school, "Autumn 2031", day("2031-09-01"), day("2031-12-19"), half_term)
    return school


def test_a_term_is_added_with_its_half_term(school):
    term = school.terms.get()
    assert (term.starts_on, term.ends_on) == (day("2031-09-01"), day("2031-12-19"))
    assert (term.half_term_starts_on, term.half_term_ends_on) == (day("2031-10-27"), day("2031-10-31"))


@pytest.mark.parametrize(
    ("name", "starts_on", "ends_on", "why"),
    [
        ("Spring", "2031-12-19", "2032-03-26", "Spring overlaps with Autumn 2031"),
        ("Summer", "2031-04-20", "2031-09-01", "Summer overlaps with Autumn 2031"),
        ("All year", "2031-01-05", "2031-12-31", "All year overlaps with Autumn 2031"),
        ("Half", "2031-10-01", "2031-10-05", "Half overlaps with Autumn 2031"),
        ("Autumn 2031", "2032-09-01", "2032-12-17", "already exists"),
        ("Backwards", "2032-03-26", "2032-01-05", "term_ends_after_it_starts"),
    ],
)
def test_a_term_that_cannot_be_is_refused(school, name, starts_on, ends_on, why):
    with pytest.raises(Refused, match=why):
        add_term(school, name, day(starts_on), day(ends_on))
    assert school.terms.count() == 1


def test_terms_of_two_schools_and_terms_side_by_side_do_not_overlap(school):
    add_term(school, "Spring 2032", day("2031-12-20"), day("2032-03-26"))
    other = School.objects.exclude(pk=school.pk).first()
    add_term(other, "Far off", day("2041-09-01"), day("2041-12-19"))
    assert school.terms.get(name="Spring 2032").full_clean() is None  # not with itself


def test_an_ect_may_lead_another_school(cast):
    other = School.objects.get(name="Birchwood Academy")
    assert appoint(cast["amira"], Role.HEAD, other, starts_on=TODAY, by=None).school == other


def test_whose_part_has_ended_has_no_access_after_the_last_day(cast, amira):
    post = Post.objects.get(user=cast["ben"])
    end_post(post, on=TODAY - timedelta(days=1), by=cast["olive"])
    assert Role.MENTOR not in cast["ben"].places.roles()
    event = Event.objects.about(post).get(what="end_post")
    assert (event.by, event.induction) == (cast["olive"], amira)
    assert event.detail["on"] == (TODAY - timedelta(days=1)).isoformat()


def test_a_part_does_not_end_before_it_starts(cast):
    post = Post.objects.get(user=cast["ben"])
    with pytest.raises(Refused, match="cannot end before it starts"):
        end_post(post, on=post.starts_on - timedelta(days=1), by=None)
    end_post(post, on=post.starts_on, by=None)
    assert Post.objects.get(pk=post.pk).ends_on == post.starts_on


def test_a_closed_account_is_signed_out_and_stays_out(cast, client):
    person = add_person("jo@school.example", "Jo", "a long password of Jo")
    typed = {"login": person.email, "password": "a long password of Jo"}
    client.post(reverse("account_login"), typed)
    key = client.session.session_key
    assert get_user(client) == person
    close_account(person, by=cast["olive"])
    assert not Session.objects.filter(session_key=key).exists()
    assert Event.objects.about(person).get().by == cast["olive"]
    client.post(reverse("account_login"), typed)
    assert not get_user(client).is_authenticated


def test_nobody_mails_a_closed_account(cast, amira):
    close_account(cast["ben"], by=None)
    event = record_event(amira, "look", by=None)
    cast["ben"].refresh_from_db()
    notify(event, [cast["ben"], cast["grace"]], subject="Look", text="", path="/")
    assert [message.to for message in mail.outbox] == [[cast["grace"].email]]


def test_nobody_mails_an_account_that_was_closed_after_the_message_was_written(cast, amira):
    message = notice(cast, amira)
    mail.outbox.clear()
    Notice.objects.update(sent_at=None, claimed_at=None)
    close_account(cast["ben"], by=None)
    assert send(message.pk) is False
    assert not mail.outbox
    assert Notice.objects.get().sent_at is None


def test_a_subject_is_one_line(cast, amira):
    event = record_event(amira, "look", by=None)
    notify(event, [cast["ben"]], subject="Weekly\r\nBcc: x@y\r\n\r\nBody", text="", path="/")
    assert [message.subject for message in mail.outbox] == ["Weekly Bcc: x@y Body"]


def test_a_subject_that_is_too_long_is_cut(cast, amira):
    notify(record_event(amira, "look", by=None), [cast["ben"]], subject="x" * 401, text="", path="/")
    assert Notice.objects.get().subject == "x" * 399 + "…"


@pytest.mark.parametrize(
    "held",
    [
        {"role": Role.MENTOR},
        {"role": Role.HEAD, "school": None},
        {"role": Role.AB_OFFICER, "induction": True},
        {"role": Role.PROGRAMME_ADMIN, "school": True},
    ],
)
def test_the_database_refuses_a_role_at_the_wrong_place(cast, amira, held):
    places = {"induction": amira, "school": amira.school}
    fields = {name: places[name] if value is True else value for name, value in held.items()}
    with pytest.raises(IntegrityError), transaction.atomic():
        Post.objects.create(user=cast["olive"], starts_on=TODAY, **fields)


def test_events_are_chained_and_a_whole_chain_is_well(cast, amira):
    first = record_event(amira, "look", by=cast["grace"], role=Role.TUTOR, induction=amira)
    second = record_event(amira, "look", by=None)
    assert second.previous == first.digest
    assert (first.role_label, second.role_label) == ("Induction tutor", "")
    assert list(Event.objects.about(amira)) == [first, second]
    assert list(broken_events()) == []


@pytest.fixture
def unprotected(cast):
    """Somebody with the database's own password, who can do without the trigger."""
    with connection.schema_editor() as editor:
        release("people_event")(apps, editor)
    yield
    with connection.schema_editor() as editor:
        protect("people_event")(apps, editor)


@pytest.mark.django_db(transaction=True)
def test_a_changed_event_is_noticed(unprotected):
    event = Event.objects.order_by("number")[2]
    Event.objects.filter(pk=event.pk).update(what="nothing")
    assert list(broken_events()) == [f"Event {event.number} (nothing, {event.at:%d %B %Y}) is not as it was written."]


@pytest.mark.django_db(transaction=True)
def test_a_removed_event_is_noticed(unprotected):
    Event.objects.filter(number=2).delete()
    assert list(broken_events()) == ["Events 2 to 2 are missing."]


@pytest.mark.django_db(transaction=True)
def test_events_removed_from_the_end_are_noticed(unprotected):
    last = Ledger.objects.get().number
    Event.objects.filter(number=last).delete()
    assert list(broken_events()) == [f"The last event should be number {last}, but it is number {last - 1}."]


@pytest.mark.parametrize("what", ["update", "delete"])
def test_the_database_refuses_to_change_an_event(cast, what):
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Event.objects.update(what="nothing") if what == "update" else Event.objects.all()._raw_delete("default")


@pytest.mark.django_db(transaction=True)
def test_events_written_at_once_make_one_chain(cast):
    school = School.objects.first()
    gate = threading.Barrier(6)

    def write():
        gate.wait()
        with transaction.atomic():
            record_event(school, "look", by=None)
        connection.close()

    threads = [threading.Thread(target=write) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert list(broken_events()) == []
    assert Event.objects.about(school).count() == 6


def notice(cast, amira):
    event = record_event(amira, "look", by=None)
    notify(event, [cast["ben"], cast["ben"]], subject="Look", text="Two lines.\n\nAnd more.", path="/x/")
    return Notice.objects.get()


def test_a_message_is_sent_once_as_text_and_as_html(cast, amira):
    message = notice(cast, amira)
    assert message.sent_at
    assert send(message.pk) is False
    send_notice(message.pk)
    [sent] = mail.outbox
    assert sent.to == [cast["ben"].email]
    assert "http://127.0.0.1:8000/x/" in sent.body
    [(html, kind)] = sent.alternatives
    assert kind == "text/html"
    assert "<p>And more.</p>" in html


def test_a_message_that_failed_is_left_for_the_next_try(cast, amira, monkeypatch):
    message = notice(cast, amira)
    Notice.objects.update(sent_at=None, claimed_at=None)

    def broken(self):
        raise OSError("no mail server")

    with monkeypatch.context() as patch:
        patch.setattr(actions.EmailMultiAlternatives, "send", broken)
        with pytest.raises(OSError, match="no mail server"):
            send(message.pk)
    assert send(message.pk) is True


def test_a_message_in_another_workers_hands_is_left_to_it_until_that_is_dead(cast, amira):
    message = notice(cast, amira)
    Notice.objects.update(sent_at=None, claimed_at=timezone.now())
    assert send(message.pk) is False
    Notice.objects.update(claimed_at=timezone.now() - actions.CLAIM - timedelta(seconds=1))
    assert send(message.pk) is True


def test_the_queue_tries_a_message_again_when_the_claim_of_a_stopped_worker_has_run_out():
    assert settings.Q_CLUSTER["timeout"] <= actions.CLAIM.total_seconds() < settings.Q_CLUSTER["retry"]


def test_things_say_what_they_are(cast, amira):
    post = Post.objects.get(user=cast["ben"])
    assert str(post) == "Ben Carter, Mentor"
    assert str(amira) == str(cast["amira"]) == "Amira Khan"
    assert str(amira.patterns.get()).startswith("1.00 FTE from ")
    assert str(amira.school) == "Ashdown School"
    assert str(amira.school.terms.first()).startswith("Autumn ")
    assert str(amira.appropriate_body) == "Northmoor Teaching School Hub"
    assert str(notice(cast, amira)) == "Look"
    assert str(Ledger.objects.get()).endswith(" events")
    assert str(Event.objects.first()) == "1 appoint"
    assert amira.school.get_absolute_url() == f"/schools/{amira.school.pk}/"
