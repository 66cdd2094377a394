"""The demonstration: two schools under two appropriate bodies and everybody in them, and what they have done so far.

Tests use the same cast. Every date is relative to the day on which it is made, so that something is due, something is
overdue and something is done on any day of the year.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from content.models import Standard
from people.actions import add_person, appoint
from people.models import AppropriateBody, Induction, School, Term, User, WorkingPattern
from people.permissions import Role
from people.terms import academic_terms, school_year
from reviews.actions import plan_reviews, players, sign, take_step
from reviews.models import Outcome, Review, Statement, Target, TargetOutcome
from reviews.questions import content, digest, previous_targets
from reviews.workflow import STEPS, State, next_step

DOMAIN = "ectprogramme.example"  # .example can never be anybody's real address
PASSWORD = "a demonstration only"


@dataclass(frozen=True)
class Persona:
    """One of the cast: who they are and what one can see by signing in as them."""

    key: str
    name: str
    part: str

    @property
    def email(self) -> str:
        return f"{self.key}@{DOMAIN}"


CAST = [
    Persona("grace", "Grace Okafor", "Induction tutor of both ECTs at Ashdown School"),
    Persona("amira", "Amira Khan", "ECT in year 1 at Ashdown School"),
    Persona("ben", "Ben Carter", "Amira's mentor"),
    Persona("tom", "Tom Hughes", "ECT in year 2 at Ashdown School"),
    Persona("priya", "Priya Shah", "Tom's mentor"),
    Persona("ruth", "Ruth Bennett", "Headteacher of Ashdown School"),
    Persona("joan", "Joan Pike", "School administrator at Ashdown School"),
    Persona("colin", "Colin Wade", "Officer of Northmoor Teaching School Hub, Ashdown's appropriate body"),
    Persona("zofia", "Zofia Łukaszewska", "ECT at Birchwood Academy"),
    Persona("daniel", "Daniel Reid", "Zofia's mentor"),
    Persona("helen", "Helen Marsh", "Zofia's induction tutor"),
    Persona("samuel", "Samuel Adeyemi", "Headteacher of Birchwood Academy"),
    Persona("farah", "Farah Malik", "School administrator at Birchwood Academy"),
    Persona("nadia", "Nadia Rahman", "Officer of Riverside Teaching School Hub, Birchwood's appropriate body"),
    Persona("olive", "Olive Turner", "Programme administrator"),
]


class RealPeople(Exception):
    """The demonstration was asked for in an installation that has real people."""


class NoContent(Exception):
    """The demonstration was asked for before any content was loaded."""


def cast(today: date) -> dict[str, User]:
    """The people, schools, terms and inductions, and nothing that anybody has done yet; by first name."""
    year = school_year(today)
    if academic_terms(year)[0].starts_on > today:  # in the last days of the summer
        year -= 1
    people = {persona.key: add_person(persona.email, persona.name, PASSWORD) for persona in CAST}
    northmoor = AppropriateBody.objects.create(name="Northmoor Teaching School Hub")
    riverside = AppropriateBody.objects.create(name="Riverside Teaching School Hub", due_days_before_term_end=15)
    ashdown = School.objects.create(name="Ashdown School", urn="900001", appropriate_body=northmoor)
    birchwood = School.objects.create(name="Birchwood Academy", urn="900002", appropriate_body=riverside)
    for school in (ashdown, birchwood):
        for september in range(year - 2, year + 3):
            for term in academic_terms(september):
                Term.objects.create(
                    school=school, name=term.name, starts_on=term.starts_on, ends_on=term.ends_on,
                    half_term_starts_on=term.half_term_starts_on, half_term_ends_on=term.half_term_ends_on,
                )  # fmt: skip

    first_days = {september: academic_terms(september)[0].starts_on for september in (year - 1, year)}
    long_ago = first_days[year - 1] - timedelta(days=400)

    def hold(key: str, role: Role, place: School | AppropriateBody | Induction | None, since: date = long_ago) -> None:
        appoint(people[key], role, place, starts_on=since, by=None)

    for key, school, trn, since, mentor, tutor in [
        ("amira", ashdown, "1000001", first_days[year], "ben", "grace"),
        ("tom", ashdown, "1000002", first_days[year - 1], "priya", "grace"),
        ("zofia", birchwood, "0000003", first_days[year - 1], "daniel", "helen"),
    ]:
        induction = Induction.objects.create(
            ect=people[key], school=school, appropriate_body=school.appropriate_body, trn=trn, starts_on=since
        )
        WorkingPattern.objects.create(induction=induction, starts_on=since, fte=Decimal(1))
        hold(mentor, Role.MENTOR, induction, since)
        hold(tutor, Role.TUTOR, induction, since)
    hold("ruth", Role.HEAD, ashdown)
    hold("samuel", Role.HEAD, birchwood)
    hold("joan", Role.SCHOOL_ADMIN, ashdown)
    hold("farah", Role.SCHOOL_ADMIN, birchwood)
    hold("colin", Role.AB_OFFICER, northmoor)
    hold("nadia", Role.AB_OFFICER, riverside)
    hold("olive", Role.PROGRAMME_ADMIN, None)
    return people


# Where the reports are, by ECT and term of induction: one in every state, some of them overdue.
REPORTS = {
    "amira": {1: State.DRAFT},
    "tom": {1: State.REVIEWED, 2: State.SUBMITTED, 3: State.RETURNED, 4: State.RELEASED},
    "zofia": {1: State.REVIEWED, 2: State.ECT_SIGNED, 3: State.TUTOR_SIGNED, 4: State.COMMENTED},
}

SAID = {
    "on_track": True,
    "reasons": "{name} plans carefully and pupils are keen to learn in their lessons (TS1, TS4). Routines at the start of "
    "lessons are secure; the last ten minutes still lose pace (TS7).",
    "evidence_summary": "Three lesson observations this term, a look at pupils' books with the head of department, and our "
    "fortnightly talks.",
    "entitlements_met": True,
    "days_absent": Decimal("1.5"),
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
    said = SAID | {"reasons": SAID["reasons"].format(name=name), "revision": 1, "saved_at": timezone.now()}
    if not review.is_final:
        said |= {"staying": True, "next_fte": Decimal(1)}
    Review.objects.filter(pk=review.pk).update(**said)
    review.refresh_from_db()
    for position, (text, codes) in enumerate(AIMS):
        target = Target.objects.create(review=review, position=position, text=text)
        target.standards.set(Standard.objects.filter(code__in=codes))
    for earlier in previous_targets(review):
        TargetOutcome.objects.create(
            review=review, target=earlier, outcome=Outcome.PARTLY, comment="Seen in most lessons; not yet in every one."
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
    person = players(review.induction, {STEPS[name].who})[0]
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


@transaction.atomic
def load(today: date) -> bool:
    """Makes the demonstration unless it is there already (then False). Refused where there are real people."""
    if User.objects.exclude(email__endswith="@" + DOMAIN).exists():
        raise RealPeople(
            "This installation has real people, so the demonstration stays out of it. Nothing was changed."
        )
    if User.objects.exists():
        return False
    if not Standard.objects.exists():
        raise NoContent("Load the content packs first: manage.py loadcontent fixtures/packs")
    people = cast(today)
    write_reports(people)
    return True
