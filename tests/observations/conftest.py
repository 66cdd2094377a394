"""A content pack of our own with a proforma of each kind, and proformas of Amira and her mentor Ben in every state."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from content.answers import seen
from content.models import Pack, Section, Template
from observations.actions import save, set_up, take_step
from observations.models import Kind, Proforma
from observations.workflow import State
from people.models import User

ROWS = [
    {"key": "teacher_action", "title": "Teacher action"},
    {"key": "pupil_impact", "title": "Impact on pupils"},
]


@pytest.fixture(autouse=True)
def private_files(settings, tmp_path):
    """Uploads of a test go where nobody else's are."""
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {**settings.STORAGES["default"], "OPTIONS": {"location": tmp_path, "base_url": None}},
    }
    return tmp_path


@pytest.fixture
def templates(db):
    pack = Pack.objects.create(slug="experts", title="Experts", edition="1", digest="")
    kinds = [
        (Template.Kind.OBSERVATION_PROFORMA, "Watching", "actions", "What happened"),
        (Template.Kind.DISCUSSION_PROFORMA, "Talking", "questions", "Questions and notes"),
    ]
    for position, (kind, title, key, rows) in enumerate(kinds):
        template = Template.objects.create(
            pack=pack, position=position, slug=key, kind=kind, title=title, introduction="For your own learning."
        )
        for order, section in enumerate(
            [
                Section(key="context", title="Context and aims", kind="text", prompts=["What do I think already?"]),
                Section(key=key, title=rows, kind="rows", columns=ROWS, needed=True),
                Section(key="suggests", title="What I will try", kind="text", needed=True),
                Section(key="again", title="Worth another visit", kind="yes_no"),
            ]
        ):
            section.template, section.position = template, order
            section.save()
    return pack


def arrangements(**changes):
    """What the form gives when everything is filled in."""
    return {
        "expert_name": "Wilhelmina Quince",
        "planned_on": timezone.localdate() - timedelta(days=1),
        "planned_at": None,
        "action_step": None,
        "focus": "Waiting after a question",
        "to_notice": "Who answers, and when",
    } | changes


def answers(**changes):
    """What the form gives when the ECT has filled everything in."""
    return {
        "expert_name": "Wilhelmina Quince",
        "happened_on": timezone.localdate() - timedelta(days=1),
        "answer_context": "A lesson on fractions",
        "answer_actions": [{"teacher_action": "Waits five seconds", "pupil_impact": "More hands go up"}],
        "answer_suggests": "I will count to five",
        "answer_again": None,
    } | changes


@pytest.fixture
def make(cast, templates):
    """`make(State.COMPLETED)` gives a proforma of Amira's in that state, set up by Ben; or of another `ect`."""

    def made(state=State.PLANNED, *, ect="amira", kind=Kind.OBSERVATION, **changes):
        ect = person(cast[ect])
        mentor = person(ect.induction.mentor)
        dates = {"planned_on": None} if state == State.SET_UP else {}
        proforma = set_up(ect.induction, kind, arrangements(**dates | changes), by=mentor)
        if state in (State.COMPLETED, State.DISCUSSED):
            save(proforma, answers(), seen=digests(proforma), by=ect)
            proforma = fresh(proforma)
            take_step(proforma, "complete", by=ect)
        if state == State.DISCUSSED:
            take_step(proforma, "discuss", by=mentor)
        if state == State.CANCELLED:
            take_step(proforma, "cancel", by=mentor, reason="The expert is away")
        assert proforma.state == state
        return fresh(proforma)

    return made


def person(user):
    """Somebody as a new request knows them."""
    return User.objects.get(pk=user.pk)


def fresh(proforma):
    return Proforma.objects.get(pk=proforma.pk)


def digests(proforma):
    return seen(fresh(proforma).written())


def boxes(name, day: date | None):
    """A date as the form's three boxes send it."""
    parts = (day.day, day.month, day.year) if day else ("", "", "")
    return {f"{name}-{part}": value for part, value in zip(("day", "month", "year"), parts, strict=True)}
