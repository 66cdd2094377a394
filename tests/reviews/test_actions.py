"""Planning, moving and signing reports."""

import threading
from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.formats import date_format

from content.models import Standard
from people.actions import Refused, close_account
from people.models import Event, Induction, Notice, Post, Term
from people.permissions import Role
from reviews import actions, questions
from reviews.calendar import Kind
from reviews.models import Record, Review, Signature, Target, TargetOutcome
from reviews.tasks import plan_all_reviews
from reviews.workflow import State

from .conftest import sign


@pytest.fixture
def amira(cast):
    return Induction.objects.get(ect=cast["amira"])


def test_a_full_time_induction_has_six_reports_two_of_them_formal(amira):
    assert actions.plan_reviews(amira) == 6
    kinds = list(amira.reviews.order_by("number").values_list("kind", flat=True))
    pr = Kind.PROGRESS_REVIEW
    assert kinds == [pr, pr, Kind.FIRST_ASSESSMENT, pr, pr, Kind.FINAL_ASSESSMENT]


def test_planning_again_changes_nothing(amira):
    actions.plan_reviews(amira)
    assert actions.plan_reviews(amira) == 0


def test_a_changed_term_moves_drafts_but_never_what_the_ect_has_seen(amira, report):
    actions.plan_reviews(amira)
    first, second = amira.reviews.order_by("number")[:2]
    Review.objects.filter(pk=first.pk).update(state=State.RELEASED, reasons="Typed.")
    Review.objects.filter(pk=second.pk).update(reasons="Typed.")
    terms = Term.objects.filter(school=amira.school, name__in=[first.term_name, second.term_name])
    for term in terms:
        term.ends_on -= timedelta(days=7)
        term.save()
    assert actions.plan_reviews(amira) == 2, "the second, and the third, whose period begins after it"
    before = first.due_on, second.due_on
    first.refresh_from_db()
    second.refresh_from_db()
    assert first.due_on == before[0]
    assert second.due_on < before[1]
    assert second.reasons == "Typed."


def test_what_the_ect_has_seen_does_not_move_when_it_was_taken_back(amira, report):
    review = report("released")
    actions.take_step(review, "take_back", by=actions.players(amira, {Role.TUTOR})[0])
    assert review.state == State.DRAFT
    before = review.due_on, review.period_to, review.term_name, review.revision
    actions.plan_reviews(amira)
    review.refresh_from_db()
    assert (review.due_on, review.period_to, review.term_name, review.revision) == before
    Term.objects.filter(school=amira.school).delete()
    Review.objects.filter(pk=review.pk).update(saved_at=None)
    actions.plan_reviews(amira)
    assert amira.reviews.filter(pk=review.pk).exists()


def test_a_release_of_dates_that_have_moved_meanwhile_is_refused(amira, report, cast):
    report()
    opened = Review.objects.select_related("induction").get(induction=amira)
    actions.plan_reviews(amira)
    with pytest.raises(Refused, match="has changed since you opened it"):
        actions.take_step(opened, "release", by=cast["grace"])


def test_a_report_whose_dates_moved_is_not_begun(amira):
    actions.plan_reviews(amira)
    last = amira.reviews.order_by("number").last()
    Review.objects.filter(pk=last.pk).update(due_on=last.due_on - timedelta(days=1))
    assert actions.plan_reviews(amira) == 1
    last.refresh_from_db()
    assert (last.revision, last.is_begun) == (1, False)
    assert last in Review.objects.later(timezone.localdate())


def test_a_draft_whose_term_has_no_report_any_more_goes_unless_somebody_wrote_in_it(amira):
    actions.plan_reviews(amira)
    first, *_, fifth, last = amira.reviews.order_by("number")
    Review.objects.filter(pk=last.pk).update(saved_at=timezone.now(), reasons="Typed.")
    Review.objects.filter(pk=first.pk).update(state=State.RELEASED)
    Term.objects.filter(school=amira.school, starts_on__gte=fifth.period_from).delete()
    assert actions.plan_reviews(amira) == 1, "the fifth"
    assert list(amira.reviews.order_by("number").values_list("number", flat=True)) == [1, 2, 3, 4, 6]
    assert actions.plan_reviews(amira) == 0
    last.refresh_from_db()
    assert last.reasons == "Typed."


def test_what_the_ect_has_seen_stays_though_its_term_is_gone(amira):
    actions.plan_reviews(amira)
    amira.reviews.exclude(number=1).update(state=State.RELEASED)
    Term.objects.filter(school=amira.school).delete()
    assert actions.plan_reviews(amira) == 1
    assert list(amira.reviews.order_by("number").values_list("number", flat=True)) == [2, 3, 4, 5, 6]


def test_the_nightly_job_plans_for_everybody_who_has_not_left(cast):
    left = Induction.objects.get(ect=cast["tom"])
    Induction.objects.filter(pk=left.pk).update(ends_on=timezone.localdate())
    plan_all_reviews()
    assert set(Review.objects.values_list("induction__ect__name", flat=True)) == {"Amira Khan", "Zofia Łukaszewska"}


def test_an_induction_that_cannot_be_planned_stops_no_other_and_fails_the_nightly_job(cast, amira):
    same = amira.school.terms.filter(starts_on__gte=amira.starts_on).first()
    Term.objects.create(school=amira.school, name="Twice", starts_on=same.starts_on, ends_on=same.ends_on)
    with pytest.raises(RuntimeError, match=r"the log says why: Amira Khan \(induction \d+\), Tom Hughes"):
        plan_all_reviews()
    assert set(Review.objects.values_list("induction__ect__name", flat=True)) == {"Zofia Łukaszewska"}


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("state", "nowhere"),
        ("kind", "letter"),
        ("recommendation", "perhaps"),
        ("next_fte", "0"),
        ("next_fte", "1.01"),
    ],
)
def test_the_database_refuses_what_no_report_can_say(report, column, value):
    review = report()
    with pytest.raises(IntegrityError), transaction.atomic():
        Review.objects.filter(pk=review.pk).update(**{column: value})


def test_terms_served_may_be_a_long_fraction(report):
    review = report()
    long = f"{10**90}/{10**90 - 1}"
    Review.objects.filter(pk=review.pk).update(served_terms=long)
    review.refresh_from_db()
    review.full_clean(exclude=[field.name for field in Review._meta.fields if field.name != "served_terms"])
    assert str(review.served) == long


def test_whose_account_is_closed_plays_no_part(amira, cast):
    everybody = {Role.ECT, Role.TUTOR, Role.HEAD}
    assert actions.players(amira, everybody) == [cast["amira"], cast["ruth"], cast["grace"]]
    close_account(cast["grace"], by=None)
    assert actions.players(amira, everybody) == [cast["amira"], cast["ruth"]]
    close_account(amira.ect, by=None)
    assert actions.players(amira, everybody) == [cast["ruth"]]


def test_a_report_with_an_answer_missing_cannot_be_released(report, cast):
    review = report(days_absent=None)
    with pytest.raises(Refused, match="enter the days absent"):
        actions.take_step(review, "release", by=cast["grace"])
    assert not Event.objects.about(review).exists()


def nothing_but(revision, **answers):
    return actions.Draft(
        revision=revision, answers=answers, concerns=None, targets=None, outcomes=None, statements={}
    )  # fmt: skip


def test_a_draft_is_saved_by_whoever_writes_it_and_in_no_other_state(report, cast):
    review = report()
    actions.save_draft(review, nothing_but(review.revision, reasons="Words."), by=cast["grace"])
    for key in ("amira", "ruth", "ben"):
        with pytest.raises(Refused):
            actions.save_draft(review, nothing_but(review.revision, reasons="Others."), by=cast[key])
    released = report("released", number=2)
    with pytest.raises(Refused):
        actions.save_draft(released, nothing_but(released.revision, reasons="Others."), by=cast["grace"])
    assert list(Review.objects.order_by("number").values_list("reasons", flat=True)) == [
        "Words.", "Lessons are calm and well planned (TS7).",
    ]  # fmt: skip


def test_a_comment_is_saved_by_the_ect_while_it_is_theirs_to_write(report, cast):
    review = report("released")
    actions.save_comment(review, {"ect_comment": "Mine."}, revision=review.revision, by=cast["amira"])
    with pytest.raises(Refused):
        actions.save_comment(review, {"ect_comment": "Theirs."}, revision=review.revision, by=cast["grace"])
    finished = report("commented", number=2)
    with pytest.raises(Refused):
        actions.save_comment(finished, {"ect_comment": "Later."}, revision=finished.revision, by=cast["amira"])
    assert Review.objects.get(pk=review.pk).ect_comment == "Mine."
    assert Review.objects.get(pk=finished.pk).ect_comment == "I agree with all of it."


def test_another_persons_step_is_refused_in_words(report, cast):
    review = report()
    with pytest.raises(Refused, match="This step is for the induction tutor"):
        actions.take_step(review, "release", by=cast["amira"])


def test_a_report_on_a_term_that_has_not_begun_cannot_be_released(amira, report, cast):
    review = report()
    today = timezone.localdate()
    Review.objects.filter(pk=review.pk).update(period_from=today + timedelta(days=1))
    review = Review.objects.get(pk=review.pk)
    begins = date_format(today + timedelta(days=1), "j F Y")
    with pytest.raises(Refused, match=f"This term has not begun. You can release this from {begins}."):
        actions.take_step(review, "release", by=cast["grace"])
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        actions.take_step(review, "release", by=cast["grace"])
    assert review.state == State.RELEASED


def test_a_term_begins_with_its_first_day_and_not_in_the_holidays_before(amira, standards):
    actions.plan_reviews(amira)
    review = amira.reviews.get(number=2)
    term = Term.objects.get(school=amira.school, name=review.term_name)
    assert review.period_from < term.starts_on == review.begins_on()
    joined_part_way = Review(induction=amira, term_name=term.name, period_from=term.starts_on + timedelta(days=7))
    assert joined_part_way.begins_on() == joined_part_way.period_from
    with time_machine.travel(datetime.combine(term.starts_on - timedelta(days=1), time(12), tzinfo=UTC)):
        why_not = review.why_not("release", actions.players(amira, {Role.TUTOR})[0])
        assert why_not.startswith(
            f"This term has not begun. You can release this from {date_format(term.starts_on, 'j F Y')}. Still to answer: "
        )


def test_another_states_step_is_refused_in_words(report, cast):
    review = report("released")
    with pytest.raises(Refused, match="This report is at “ECT to comment” now"):
        actions.take_step(review, "release", by=cast["grace"])


def test_a_comment_is_needed_before_it_is_finished(report, cast):
    review = report("released")
    with pytest.raises(Refused, match="Write your comment"):
        actions.take_step(review, "comment", by=cast["amira"])
    Review.objects.filter(pk=review.pk).update(no_comment=True)
    review.refresh_from_db()
    actions.take_step(review, "comment", by=cast["amira"])
    assert review.state == State.COMMENTED


def test_a_return_needs_a_reason(report, cast):
    review = report("submitted")
    with pytest.raises(Refused, match="Say what has to change"):
        actions.take_step(review, "send_back", by=cast["colin"])


def test_a_second_click_on_a_page_that_is_out_of_date_is_refused(report, cast):
    review = report()
    same = Review.objects.get(pk=review.pk)
    actions.take_step(review, "release", by=cast["grace"])
    with pytest.raises(Refused, match="has changed since you opened it"):
        actions.take_step(same, "release", by=cast["grace"])
    assert Event.objects.about(review).filter(what="release").count() == 1


def test_both_words_and_no_words_are_not_a_comment(report, cast):
    review = report("released")
    Review.objects.filter(pk=review.pk).update(ect_comment="Some words.", no_comment=True)
    review.refresh_from_db()
    with pytest.raises(Refused, match="Keep one of the two"):
        actions.take_step(review, "comment", by=cast["amira"])


def test_all_sign_the_same_words_whatever_becomes_of_standards_and_earlier_targets(report, cast, standards):
    first = report("reviewed")
    second = report("draft", number=2)
    target = first.targets.get()
    TargetOutcome.objects.create(review=second, target=target, text=target.text, outcome="met")
    actions.take_step(second, "release", by=cast["grace"])
    Review.objects.filter(pk=second.pk).update(ect_comment="I agree.")
    second.refresh_from_db()
    actions.take_step(second, "comment", by=cast["amira"])
    sign(second, cast["amira"])
    Target.objects.update(text="Something else.")
    Standard.objects.update(title="Another title")
    second = Review.objects.get(pk=second.pk)
    sign(second, cast["grace"])
    assert len({row.digest for row in second.signatures.all()}) == 1
    assert "Something else." not in str(second.records.get().content)


def test_a_step_from_a_page_that_shows_another_revision_is_refused(report, cast):
    review = report()
    with pytest.raises(Refused, match="has changed since you opened it"):
        actions.take_step(review, "release", by=cast["grace"], revision=review.revision - 1)


def test_what_a_report_is_about_is_frozen_at_release(report, cast):
    review = report("released")
    before = questions.header(review)
    cast["ben"].name = "Benedict Carter"
    cast["ben"].save()
    review = Review.objects.get(pk=review.pk)
    assert questions.header(review) == before


def test_each_step_mails_the_next_person_once(report, cast):
    review = report("reviewed")
    to = [(message.to[0].split("@")[0], message.subject) for message in mail.outbox]
    whose = f"{review}, Amira Khan"
    assert sorted(to) == sorted([
        ("amira", f"Comment on: {review}"),  # released
        ("grace", f"Sign: {whose}"),  # signed by the ECT
        ("colin", f"Review: {whose}"), ("amira", f"Signed: {review}"), ("ruth", f"Signed: {whose}"),  # submitted
        ("amira", f"Reviewed: {review}"), ("grace", f"Reviewed: {whose}"), ("ruth", f"Reviewed: {whose}"),
    ])  # fmt: skip
    assert not Notice.objects.filter(sent_at=None).exists()


def test_a_subject_begins_with_what_is_asked(report, cast):
    report("tutor_signed", kind=Kind.FIRST_ASSESSMENT)
    actions.take_step(Review.objects.get(), "take_back", by=cast["grace"])
    report("returned", number=2)
    subjects = {(message.to[0].split("@")[0], message.subject) for message in mail.outbox}
    assert subjects >= {
        ("ruth", "Sign: First formal assessment, Term 1, Amira Khan"),
        ("amira", "Taken back: First formal assessment, Term 1"),
        ("grace", "Returned: Progress review, Term 2, Amira Khan"),
        ("amira", "Returned: Progress review, Term 2"),
        ("ruth", "Returned: Progress review, Term 2, Amira Khan"),
    }


def test_who_is_asked_a_second_time_is_told_so(report, cast):
    review = report("returned")
    actions.take_step(review, "release", by=cast["grace"])
    actions.take_step(review, "comment", by=cast["amira"])
    sign(review, cast["amira"])
    sign(review, cast["grace"])
    subjects = {(message.to[0].split("@")[0], message.subject) for message in mail.outbox}
    assert {("amira", f"Comment again on: {review}"), ("colin", f"Review again: {review}, Amira Khan")} <= subjects


def test_the_ect_is_spoken_to_and_named_to_others(report, cast):
    report("reviewed", number=2)
    actions.take_step(report("commented"), "take_back", by=cast["grace"])
    said = {who: [] for who in cast}
    for message in mail.outbox:
        said[message.to[0].split("@")[0]].append(message.body.partition("\n")[0])
    assert said["amira"] == [
        "Your progress review for Term 2 is ready for you to read and comment on.",
        "Grace Okafor has signed your progress review for Term 2. It has gone to the appropriate body.",
        "Your progress review for Term 2 has been reviewed by the appropriate body. You do not need to do anything.",
        "Your progress review for Term 1 is ready for you to read and comment on.",
        "Grace Okafor has taken back your progress review for Term 1 to change it. You will hear when it is ready again.",
    ]
    assert said["grace"] == [
        "Amira Khan has commented on and signed their progress review for Term 2. It is your turn to sign.",
        "Amira Khan’s progress review for Term 2 has been reviewed by the appropriate body. You do not need to do anything.",
    ]
    assert said["colin"] == [
        "Grace Okafor has signed Amira Khan’s progress review for Term 2. It is for you to review now."
    ]


@pytest.mark.parametrize(("days", "verb"), [(-1, "was"), (0, "is"), (1, "is")])
def test_a_day_that_has_passed_was_when_a_report_was_due(report, cast, days, verb):
    review, due_on = report(), timezone.localdate() + timedelta(days=days)
    Review.objects.filter(pk=review.pk).update(due_on=due_on)
    actions.take_step(Review.objects.get(pk=review.pk), "release", by=cast["grace"])
    assert f"It {verb} due on {date_format(due_on, 'j F Y')}." in mail.outbox[-1].body


def mails_that_say(words):
    return {message.to[0].split("@")[0]: message.body for message in mail.outbox if words in message.body}


def test_the_appropriate_body_is_told_to_review_and_the_others_that_it_has_gone_there(report):
    report("submitted")
    told = mails_that_say("Grace Okafor has signed")
    assert told.keys() == {"colin", "amira", "ruth"}
    assert mails_that_say("It is for you to review now.").keys() == {"colin"}
    assert mails_that_say("It has gone to the appropriate body.").keys() == {"amira", "ruth"}
    assert not any("It is due on" in body for body in told.values())


def test_a_formal_assessment_goes_on_from_tutor_to_head_to_appropriate_body(report, cast):
    review = report("tutor_signed", kind=Kind.FIRST_ASSESSMENT)
    told = mails_that_say("Grace Okafor has signed")
    assert {who for who, body in told.items() if "It is your turn to sign." in body} == {"ruth"}
    assert told.keys() == {"ruth", "amira"}
    assert all("It is due on" in body for body in told.values())
    mail.outbox.clear()
    sign(review, cast["ruth"])
    assert mails_that_say("It is for you to review now.").keys() == {"colin"}
    assert mails_that_say("It has gone to the appropriate body.").keys() == {"amira", "grace"}


def test_whoever_has_two_parts_is_told_once_what_to_do(report, cast):
    review = report("ect_signed")
    Post.objects.filter(role=Role.HEAD, school=review.induction.school).update(user=cast["colin"])
    mail.outbox.clear()
    sign(review, cast["grace"])
    assert [message.to[0].split("@")[0] for message in mail.outbox].count("colin") == 1
    assert "It is for you to review now." in mails_that_say("Grace")["colin"]


def test_a_return_tells_the_school_and_the_ect_why(report):
    report("returned")
    last = [message for message in mail.outbox if "has returned" in message.body]
    assert sorted(message.to[0].split("@")[0] for message in last) == ["amira", "grace", "ruth"]
    assert all("What has to change is on its page." in message.body for message in last)
    assert mails_that_say("Your induction tutor will change it.").keys() == {"amira"}
    assert mails_that_say("It is your turn to change it.").keys() == {"grace"}
    assert not any("Name a standard." in message.body for message in last), "what was written stays out of mail"


def test_the_last_signature_submits_a_progress_review(report):
    review = report("submitted")
    assert [row.role for row in review.signatures.all()] == ["ect", "tutor"]
    assert review.submitted_at
    assert review.records.count() == 1


def test_a_formal_assessment_waits_for_the_head(report, cast):
    review = report("tutor_signed", kind=Kind.FIRST_ASSESSMENT)
    assert not review.records.exists()
    sign(review, cast["ruth"])
    assert [row.role for row in review.signatures.all()] == ["ect", "tutor", "head"]
    assert review.records.count() == 1


def test_signing_words_that_have_changed_is_refused(report, cast):
    review = report("commented")
    seen = questions.digest(questions.content(review))
    Review.objects.filter(pk=review.pk).update(ect_comment="Changed in another tab.")
    review.refresh_from_db()
    with pytest.raises(Refused, match="has changed since you opened it"):
        actions.sign(review, by=cast["amira"], name="Amira Khan", seen=seen)
    assert not Signature.objects.exists()


@pytest.mark.parametrize("typed", ["amira khan", "  Amira   Khan ", "Amira Khan"])
def test_a_name_may_be_typed_in_any_case_and_spacing(report, cast, typed):
    review = report("commented")
    actions.sign(review, by=cast["amira"], name=typed, seen=questions.digest(questions.content(review)))
    assert review.state == State.ECT_SIGNED


def test_an_apostrophe_may_have_either_shape(report, cast):
    cast["amira"].name = "Amira O'Brien"
    cast["amira"].save()
    review = report("commented")
    seen = questions.digest(questions.content(review))
    assert actions.sign(review, by=cast["amira"], name="Amira O’Brien", seen=seen).name == "Amira O’Brien"


def test_signing_with_another_name_is_refused(report, cast):
    review = report("commented")
    with pytest.raises(Refused, match="Type your name as we know it: Amira Khan"):
        actions.sign(review, by=cast["amira"], name="A Khan", seen=questions.digest(questions.content(review)))


def test_who_is_not_asked_to_sign_cannot(report, cast):
    review = report("commented")
    with pytest.raises(Refused, match="not waiting for your signature"):
        actions.sign(review, by=cast["grace"], name="Grace Okafor", seen=questions.digest(questions.content(review)))


def test_signatures_before_a_return_no_longer_count(report, cast):
    review = report("returned")
    assert review.signatures.count() == 2
    assert review.signed_by() == {}
    actions.take_step(review, "release", by=cast["grace"])
    actions.take_step(review, "comment", by=cast["amira"])
    sign(review, cast["amira"])
    sign(review, cast["grace"])
    assert [record.version for record in review.records.all()] == [1, 2]
    assert [record.is_newest() for record in review.records.all()] == [False, True]


def test_taking_a_report_back_keeps_what_the_ect_typed(report, cast):
    review = report("ect_signed")
    actions.take_step(review, "take_back", by=cast["grace"])
    assert review.ect_comment == "I agree with all of it."
    assert review.signed_by() == {}


@pytest.mark.parametrize("what", ["update", "delete"])
def test_the_database_refuses_to_change_a_signature(report, what):
    report("ect_signed")
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Signature.objects.update(name="Somebody else") if what == "update" else Signature.objects.all()._raw_delete(
            "default"
        )


def test_the_database_takes_one_signature_of_a_role_and_round(report, cast):
    review = report("ect_signed")
    signature = review.signatures.get()
    event = Event.objects.about(review).first()
    with pytest.raises(IntegrityError), transaction.atomic():
        Signature.objects.create(
            review=review,
            round=signature.round,
            role="ect",
            by=cast["amira"],
            name="Amira Khan",
            digest="",
            event=event,
        )


@pytest.mark.django_db(transaction=True)
def test_a_dozen_clicks_at_once_sign_once(report, cast):
    review = report("commented")
    seen = questions.digest(questions.content(review))
    gate, outcomes = threading.Barrier(12), []

    def click():
        mine = Review.objects.select_related("induction").get(pk=review.pk)
        gate.wait()
        try:
            actions.sign(mine, by=cast["amira"], name="Amira Khan", seen=seen)
            outcomes.append("signed")
        except Refused:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=click) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["refused"] * 11 + ["signed"]
    assert Signature.objects.count() == 1
    assert Record.objects.count() == 0
