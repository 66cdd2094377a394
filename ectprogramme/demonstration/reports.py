"""The demonstration's reports: one in every state, whatever the day."""

from decimal import Decimal
from typing import Any

from django.utils import timezone

from content.models import Standard
from people.models import Induction, User
from reviews.actions import plan_reviews, players, sign, take_step
from reviews.models import Outcome, Review, Statement, Target, TargetOutcome
from reviews.questions import content, digest
from reviews.workflow import STEPS, State, next_step

# Where the reports are, by ECT and term of induction: one in every state, some of them overdue.
REPORTS = {
    "amira": {1: State.DRAFT},
    "tom": {1: State.REVIEWED, 2: State.SUBMITTED, 3: State.RETURNED, 4: State.RELEASED},
    "zofia": {1: State.REVIEWED, 2: State.ECT_SIGNED, 3: State.TUTOR_SIGNED, 4: State.COMMENTED},
}

REASONS = (
    "{name} plans carefully and pupils are keen to learn in their lessons (TS1, TS4). Routines at the start of lessons are "
    "secure; the last ten minutes still lose pace (TS7)."
)
SAID: dict[str, Any] = {
    "on_track": True,
    "evidence_summary": "Three lesson observations this term, a look at pupils' books with the head of department, and our "
    "fortnightly talks.",
    "entitlements_met": True,
    "days_absent": Decimal("1.5"),
    "staying": True,
    "next_fte": Decimal(1),
    "targets_agreed": True,
}
AIMS = [
    (
        "Check what every pupil has understood before moving on, with one question that all answer in writing.",
        ["TS2", "TS6"],
    ),
    ("Plan the last ten minutes of each lesson in as much detail as the first ten.", ["TS4", "TS7"]),
]


def write_reports(people: dict[str, User]) -> None:
    """Plans everybody's reports, writes those that have begun and takes each to its state by the real steps."""
    for key, states in REPORTS.items():
        induction = Induction.objects.select_related("ect", "school", "appropriate_body").get(ect=people[key])
        plan_reviews(induction)
        for review in induction.reviews.filter(number__in=states).order_by("number"):
            _write(review, induction.ect.name.split()[0])
            while review.state != states[review.number]:
                _take_next_step(review, back=states[review.number] == State.RETURNED)


def _write(review: Review, name: str) -> None:
    said = SAID | {"reasons": REASONS.format(name=name), "revision": 1, "saved_at": timezone.now()}
    Review.objects.filter(pk=review.pk).update(**said)
    review.refresh_from_db()
    for position, (text, codes) in enumerate(AIMS):
        target = Target.objects.create(review=review, position=position, text=text)
        target.standards.set(Standard.objects.filter(code__in=codes))
    for earlier in review.previous_targets():
        TargetOutcome.objects.create(
            review=review,
            target=earlier,
            text=earlier.text,
            outcome=Outcome.PARTLY,
            comment="In most lessons, not yet in every one.",
        )
    if review.is_formal:
        Statement.objects.bulk_create(
            Statement(review=review, standard=standard, text=f"{name} meets this standard at this stage of induction.")
            for standard in Standard.objects.current()
        )


def _take_next_step(review: Review, *, back: bool) -> None:
    name = next_step(review.state, formal=review.is_formal)
    if name is None:
        raise ValueError(f"{review} cannot go further than {review.state}.")
    if name == "accept" and back:
        name = "send_back"
    person = players(review.induction, {STEPS[name].role})[0]
    if STEPS[name].signs:
        sign(review, by=person, name=person.name, seen=digest(content(review)))
        return
    if name == "comment":
        Review.objects.filter(pk=review.pk).update(
            ect_comment="I agree with this. More time to watch how colleagues end their lessons would help me."
        )
        review.refresh_from_db()
    take_step(
        review, name, by=person, reason="Please name the evidence for Standards 5 and 6." if name == "send_back" else ""
    )
