"""What a report asks, what is missing from it, and what it says."""

from datetime import date

import pytest

from reviews import actions, questions
from reviews.calendar import Kind
from reviews.forms import LABELS
from reviews.models import Concern, Review, Target, TargetOutcome

from .conftest import fill_in


def titles(review):
    return [title for title, _ in questions.sections(review)]


def test_an_empty_report_lacks_every_answer_that_applies(report):
    review = report(complete=False)
    assert list(review.missing()) == [
        "on_track", "reasons", "evidence_summary", "entitlements_met", "days_absent", "staying", "targets",
        "targets_agreed",
    ]  # fmt: skip


def test_a_report_on_an_ect_who_is_not_on_track_needs_concerns_and_a_plan(report, standards):
    review = report(on_track=False)
    assert list(review.missing()) == ["ect_informed", "support_plan_in_place", "concerns"]
    Concern.objects.create(review=review, standard=standards[0], evidence="Seen twice.")
    review.ect_informed, review.support_plan_in_place = True, False
    assert list(review.missing()) == ["support_plan_reason"]
    review.support_plan_reason = "The meeting is on Monday."
    assert not review.missing()


def test_unmet_entitlements_and_leaving_ask_for_no_more_than_they_need(report):
    review = report(entitlements_met=False, staying=False, next_fte=None)
    assert list(review.missing()) == ["entitlements_reason"]


def test_staying_asks_for_the_next_share_of_full_time(report):
    assert list(report(next_fte=None).missing()) == ["next_fte"]


def test_targets_have_to_be_agreed(report):
    assert list(report(targets_agreed=False).missing()) == ["targets_agreed"]


def test_a_formal_assessment_needs_a_statement_for_each_standard(report):
    review = report(kind=Kind.FIRST_ASSESSMENT)
    assert not review.missing()
    review.statements.first().delete()
    assert list(review.missing()) == ["statements"]


def test_a_final_assessment_needs_a_recommendation_and_no_plans_for_next_term(report):
    review = report(kind=Kind.FINAL_ASSESSMENT, recommendation="")
    assert list(review.missing()) == ["recommendation"]
    review.recommendation = "satisfactory"
    Target.objects.filter(review=review).delete()
    assert not review.missing()
    assert "Development targets" not in titles(review)
    assert ("The headteacher's recommendation", "Performance against the Teachers' Standards is satisfactory") in [
        row for _, rows in questions.sections(review) for row in rows
    ]


def test_targets_of_the_report_before_are_carried_forward_once_it_was_submitted(report, standards, cast):
    first = report("released")
    second = report(number=2)
    assert not second.previous_targets().exists()
    actions.take_step(first, "take_back", by=cast["grace"])
    Review.objects.filter(pk=first.pk).update(submitted_at="2026-01-01T12:00Z")
    [target] = second.previous_targets()
    assert list(second.missing()) == ["outcomes"]
    TargetOutcome.objects.create(
        review=second, target=target, text=target.text, outcome="partly", comment="Seen in most lessons."
    )
    assert not second.missing()
    assert (target.text, "Partly met. Seen in most lessons.") in dict(questions.sections(second))["Earlier targets"]


def test_a_report_says_everything_in_the_order_of_the_page(report, standards):
    review = report(on_track=False, ect_informed=True, support_plan_in_place=True)
    Concern.objects.create(review=review, standard=standards[6], evidence="Lessons start late.")
    Target.objects.update(review_on=date(2026, 12, 1))
    assert titles(review) == [
        "The review", "Standards of concern", "Support", "Development targets", "Entitlements and working pattern",
    ]  # fmt: skip
    said = dict(questions.sections(review))
    assert said["Standards of concern"] == [("TS7 Standard TS7", "Lessons start late.")]
    assert said["Development targets"][0] == (
        "Target 1",
        "Ask every pupil to answer a question before the lesson ends.\nStandards: TS6 Standard TS6.\n"
        "To be looked at again on 1 December 2026.",
    )


def test_a_report_speaks_to_all_its_readers_and_the_form_to_the_tutor(report):
    said = [label for _, rows in questions.sections(report(kind=Kind.FIRST_ASSESSMENT)) for label, _ in rows]
    assert {"Reasons", "Evidence drawn on"} <= set(said)
    assert not any("you" in label.lower().split() or "your" in label.lower().split() for label in said)
    assert LABELS["reasons"] == "Reasons for your answer"


def test_what_is_not_answered_is_said_to_be_so(report):
    review = report(complete=False)
    review.on_track = False
    said = dict(questions.sections(review))
    assert said["Standards of concern"] == [("Standards of concern", "Not answered")]
    assert said["Development targets"] == [("Targets", "Not answered")]
    formal = report(complete=False, kind=Kind.FIRST_ASSESSMENT, number=3)
    assert dict(questions.sections(formal))["The Teachers' Standards"] == [("The Teachers' Standards", "Not answered")]


@pytest.mark.parametrize(
    ("state", "shown"), [("released", False), ("commented", True), ("submitted", True), ("returned", False)]
)
def test_a_comment_is_the_ects_own_until_they_have_finished_it(report, state, shown):
    review = report(state)
    review.ect_comment = "Mine."
    assert ("The ECT's comment" in titles(review)) == shown


def test_an_ect_with_nothing_to_add_is_quoted_as_such(report):
    review = report("commented")
    review.ect_comment, review.no_comment = "", True
    assert dict(questions.sections(review))["The ECT's comment"] == [("Comment", "The ECT had nothing to add.")]


def test_advice_names_why_reports_are_sent_back(report):
    review = report(
        reasons="Fine.", evidence_summary="Seen.", on_track=False, support_plan_in_place=False, next_fte="0.60"
    )
    review.targets.update(text="Plan better.")
    assert len(questions.advice(review, questions.sections(review))) == 4


def test_advice_says_that_the_targets_of_a_report_that_is_not_submitted_are_not_followed_up(report):
    first = report("commented")
    words = f"The report before this one ({first}) is not submitted yet, so its targets cannot be followed up here."
    second = report(number=2)
    assert questions.advice(second, questions.sections(second)) == [words]
    Review.objects.filter(pk=first.pk).update(state="returned", submitted_at="2026-01-01T12:00Z")
    assert questions.advice(second, questions.sections(second)) == []


def test_a_good_report_gets_no_advice(report):
    review = report()
    assert questions.advice(review, questions.sections(review)) == []


def test_the_digest_depends_on_every_word_and_on_no_order_of_keys(report):
    content = questions.content(report())
    assert questions.digest(content) == questions.digest(dict(reversed(content.items())))
    assert questions.digest(content) != questions.digest({**content, "report": "Another"})


def test_a_report_on_an_ect_without_mentor_says_none(report, cast):
    review = report()
    review.induction.posts.all().delete()
    about = dict(questions.header(review))
    assert (about["Mentor"], about["Induction tutor"]) == ("None", "None")


@pytest.mark.parametrize(("served", "said"), [("1", "1"), ("5/4", "1.25"), ("7/3", "2.33")])
def test_terms_served_are_shown_to_two_places(report, served, said):
    review = report()
    review.served_terms = served
    assert dict(questions.header(review))["Terms served by the end of the period"] == said


def test_models_say_what_they_are(report, standards):
    review = report(kind=Kind.FIRST_ASSESSMENT)
    concern = Concern.objects.create(review=review, standard=standards[0], evidence="Seen.")
    outcome = TargetOutcome(review=review, text="Plan.", outcome="met")
    bare = Target.objects.create(review=review, position=1, text="Plan the last ten minutes.")
    assert questions.targets_in_words(review)[1] == str(bare) == "Plan the last ten minutes."
    assert str(concern) == "TS1 Standard TS1: Seen."
    assert str(outcome).endswith(": Met")
    assert str(review.statements.first()) == "TS1 Standard TS1: Secure."
    fresh = report(complete=False, number=2)
    fill_in(fresh, standards)
    assert str(fresh) == "Progress review, Term 2"
