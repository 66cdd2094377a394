"""Reports at any state of their way, made by the real steps."""

from datetime import timedelta

import pytest
from django.utils import timezone

from content.models import Pack, Standard
from people.models import Induction
from reviews import actions, questions
from reviews.calendar import Kind
from reviews.models import Review, Statement, Target
from reviews.workflow import STEPS, State, next_step


@pytest.fixture
def standards(db):
    """The eight Teachers' Standards and Part Two."""
    pack = Pack.objects.create(slug="standards", title="Standards", edition="2021", digest="")
    codes = [*(f"TS{number}" for number in range(1, 9)), "P2"]
    return [
        Standard.objects.create(pack=pack, code=code, title=f"Standard {code}", position=position)
        for position, code in enumerate(codes)
    ]


@pytest.fixture
def report(cast, standards):
    """`report("ect_signed", kind=...)` makes Amira's report of this term and takes it there step by step."""

    def make(state="draft", kind=Kind.PROGRESS_REVIEW, *, number=1, ect="amira", complete=True, **answers):
        induction = Induction.objects.get(ect=cast[ect])
        today = timezone.localdate()
        review = Review.objects.create(
            induction=induction, kind=kind, number=number, term_name=f"Term {number}", period_from=today - timedelta(days=60),
            period_to=today + timedelta(days=20), due_on=today + timedelta(days=10), why="Because.", fte=1,
            served_terms=str(number),
        )  # fmt: skip
        if complete:
            fill_in(review, standards, **answers)
        return advance(review, state)

    return make


def advance(review, state):
    """Takes a complete report there step by step, each by whose it is."""
    while review.state != state:
        name = next_step(review.state, formal=review.is_formal)
        by = actions.players(review.induction, {STEPS[name].role})[0]
        if state == State.RETURNED and name == "accept":
            actions.take_step(review, "send_back", by=by, reason="Name a standard.")
        elif STEPS[name].signs:
            sign(review, by)
        else:
            if name == "comment":
                Review.objects.filter(pk=review.pk).update(ect_comment="I agree with all of it.")
                review.refresh_from_db()
            actions.take_step(review, name, by=by)
    return review


def fill_in(review, standards, **answers):
    """Every answer that a report on an ECT who is on track needs."""
    answers = {
        "on_track": True, "reasons": "Lessons are calm and well planned (TS7).", "evidence_summary": "Two observations (TS4).",
        "entitlements_met": True, "days_absent": 1, "targets_agreed": True, "revision": 1,
        "saved_at": timezone.now(), **answers,
    }  # fmt: skip
    of_its_kind = {"recommendation": "satisfactory"} if review.is_final else {"staying": True, "next_fte": 1}
    answers = of_its_kind | answers
    Review.objects.filter(pk=review.pk).update(**answers)
    review.refresh_from_db()
    target = Target.objects.create(
        review=review, position=0, text="Ask every pupil to answer a question before the lesson ends."
    )
    target.standards.add(standards[5])
    if review.is_formal:
        Statement.objects.bulk_create(Statement(review=review, standard=row, text="Secure.") for row in standards)


def sign(review, person):
    review.refresh_from_db()
    seen = questions.digest(questions.content(review))
    return actions.sign(review, by=person, name=person.name, seen=seen)
