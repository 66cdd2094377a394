"""A large installation around the demonstration: 100,000 reports, and one tutor, one ECT and one school with a great deal.

Grace is the induction tutor of 50 more ECTs at her school, and Amira's meetings and proformas fill more than a page.
"""

import io
from collections.abc import Iterator
from datetime import date, timedelta

from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from content.models import Standard, Template
from cycles.actions import start_meeting
from cycles.models import ActionStep, Meeting, SuccessCriterion
from cycles.workflow import State as MeetingState
from ectprogramme import demonstration
from observations.models import Kind as ProformaKind
from observations.models import Proforma
from people.actions import record_event
from people.models import Induction, Post, School, User
from people.permissions import Role
from reviews.calendar import Kind
from reviews.models import Record, Review, Signature, Target
from reviews.records import make_pdf
from reviews.workflow import State

REPORTS = 100_000
TERMS = 6  # reports of one induction
ECTS_OF_GRACE = 50
PAGES_FULL = 40  # meetings and proformas of one ECT

UNDER_WAY = [
    State.DRAFT, State.RELEASED, State.COMMENTED, State.ECT_SIGNED, State.TUTOR_SIGNED, State.SUBMITTED, State.RETURNED,
]  # fmt: skip
SIGNED_BY = {
    State.ECT_SIGNED: [Role.ECT],
    State.TUTOR_SIGNED: [Role.ECT, Role.TUTOR],
    State.SUBMITTED: [Role.ECT, Role.TUTOR],
    State.RETURNED: [Role.ECT, Role.TUTOR],
    State.REVIEWED: [Role.ECT, Role.TUTOR],
}
LONG_AGO = date(2020, 9, 1)


def by_key(key: str) -> User:
    return User.objects.get(email=f"{key}@{demonstration.DOMAIN}")


def prepare() -> None:
    """Database, files and content as `./run` makes them, then all the rows. Refused where anybody is already."""
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    if User.objects.exists():
        raise SystemExit("There are people in this database. Give an empty one as DATABASE_URL, or none at all.")
    call_command("loadcontent", settings.BASE / "fixtures" / "packs", stdout=io.StringIO())
    today = timezone.localdate()
    demonstration.load(today)
    fill(today)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # as it does by itself, a minute after so many rows have come
    _make_pdfs()


def _make_pdfs() -> None:
    for record in Record.objects.all():
        make_pdf(record.pk)


@transaction.atomic
def fill(today: date) -> None:
    inductions = list(_inductions())
    Review.objects.bulk_create(_reports(inductions, today), batch_size=2000)
    _sign(inductions[:ECTS_OF_GRACE])
    _meetings(Induction.objects.get(ect=by_key("amira")))
    give_second_step()


def _inductions() -> list[Induction]:
    """The first are Grace's, at her school; the others at 400 schools of the same appropriate body."""
    here = School.objects.select_related("appropriate_body").get(name="Ashdown School")
    there = School.objects.bulk_create(
        School(name=f"School {n}", urn=str(100000 + n), appropriate_body=here.appropriate_body) for n in range(400)
    )
    number = REPORTS // TERMS
    ects = User.objects.bulk_create(
        [User(email=f"ect{n}@{demonstration.DOMAIN}", name=f"Teacher {n}") for n in range(number)], batch_size=2000
    )
    inductions = Induction.objects.bulk_create(
        [
            Induction(
                ect=ect, school=here if n < ECTS_OF_GRACE else there[n % len(there)], trn=f"{2000000 + n}",
                appropriate_body=here.appropriate_body, starts_on=LONG_AGO,
            )
            for n, ect in enumerate(ects)
        ],
        batch_size=2000,
    )  # fmt: skip
    grace = by_key("grace")
    Post.objects.bulk_create(
        Post(user=grace, role=Role.TUTOR, induction=induction, starts_on=LONG_AGO)
        for induction in inductions[:ECTS_OF_GRACE]
    )
    return inductions


def _reports(inductions: list[Induction], today: date) -> Iterator[Review]:
    """Earlier terms are reviewed, the present one is at any state, later ones are not begun."""
    kinds, now = {3: Kind.FIRST_ASSESSMENT, 6: Kind.FINAL_ASSESSMENT}, timezone.now()
    for n, induction in enumerate(inductions):
        present = n % TERMS + 1
        for number in range(1, TERMS + 1):
            due = today + timedelta(days=120 * (number - present) + n % 40 - 10)
            state = State.REVIEWED if number < present else UNDER_WAY[n % 7] if number == present else State.DRAFT
            yield Review(
                induction=induction, kind=kinds.get(number, Kind.PROGRESS_REVIEW), number=number, term_name=f"Term {number}",
                period_from=due - timedelta(days=90), period_to=due, due_on=due, why="At the end of the term.", fte=1,
                served_terms=str(number), state=state, on_track=True if number <= present else None,
                revision=number <= present, saved_at=now if number <= present else None,
                reasons="Plans carefully, and pupils are keen to learn. " * 8 if number <= present else "",
                evidence_summary="Three observations and a look at pupils' books. " * 6 if number <= present else "",
            )  # fmt: skip


def _sign(inductions: list[Induction]) -> None:
    people = {Role.TUTOR: by_key("grace")}
    signatures = []
    for review in Review.objects.filter(induction__in=inductions, state__in=SIGNED_BY).select_related("induction__ect"):
        for role in SIGNED_BY[State(review.state)]:
            person = people.get(role, review.induction.ect)
            event = record_event(review, f"sign_as_{role}", by=person, role=role, induction=review.induction)
            signatures.append(
                Signature(review=review, round=1, role=role, by=person, name=person.name, digest="", event=event)
            )
    Signature.objects.bulk_create(signatures)


def _meetings(induction: Induction) -> None:
    template = Template.objects.get(slug="six-step-meeting")
    sections, now = template.copy(), timezone.now()
    held = Meeting.objects.bulk_create(
        Meeting(
            induction=induction, title=template.title, sections=sections, planned_for=now - timedelta(days=7 * n),
            held_on=now.date() - timedelta(days=7 * n), state=MeetingState.AGREED, focus="Questioning",
        )
        for n in range(1, PAGES_FULL)
    )  # fmt: skip
    steps = ActionStep.objects.bulk_create(
        ActionStep(induction=induction, meeting=meeting, position=1, text="Count to three before taking an answer.")
        for meeting in held[:3]
    )
    SuccessCriterion.objects.bulk_create(
        SuccessCriterion(step=step, position=n, text="Nobody calls out.") for step in steps for n in (1, 2)
    )
    proforma = Template.objects.filter(kind=ProformaKind.OBSERVATION.template_kind).first()
    Proforma.objects.bulk_create(
        Proforma(induction=induction, kind=ProformaKind.OBSERVATION, title=proforma.title, sections=proforma.copy())
        for n in range(PAGES_FULL)
    )


def new_meeting() -> Meeting:
    """Amira's next meeting with Ben, still to be held."""
    return start_meeting(
        Induction.objects.get(ect=by_key("amira")), by=by_key("ben"),
        template=Template.objects.get(slug="six-step-meeting"), planned_for=timezone.now() + timedelta(hours=1),
    )  # fmt: skip


def new_report() -> Review:
    """A progress review that Grace is writing, with two targets."""
    review = Review.objects.filter(
        induction__school__name="Ashdown School", kind=Kind.PROGRESS_REVIEW, state=State.DRAFT, revision=1
    ).order_by("-pk")[0]
    for position, code in enumerate(("TS2", "TS7")):
        target = Target.objects.create(review=review, position=position, text="Plan the last ten minutes of a lesson.")
        target.standards.add(Standard.objects.get(code=code))
    return review


def give_second_step() -> None:
    """To everybody of the demonstration: an installation lets nobody in who reaches the records of others without one."""
    for persona in demonstration.CAST:
        TOTP.activate(by_key(persona.key), generate_totp_secret())
