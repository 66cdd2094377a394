"""What tests of meetings share: a small template, Amira's meeting with Ben, and the page as a browser sends it."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.utils import timezone

from content.models import Cycle, CycleStep, Module, Pack, Programme, Section, Template
from cycles import actions
from cycles.audits import actions as audits
from cycles.audits.actions import begin
from people.models import Induction

SECTIONS = [
    {"key": "check_in", "title": "Check-in", "kind": "text", "private": True, "prompts": ["What was your week like?"]},
    {"key": "praise", "title": "Praise", "kind": "text", "needed": True, "minutes": 5},
    {"key": "precise_action", "title": "Precise action", "kind": "checklist", "needed": True, "options": ["Observable"],
     "prompts": ["Which words say how?"], "minutes": 10},
    {"key": "follow_up", "title": "Follow-up", "kind": "text"},
    {"key": "colleagues", "title": "Colleagues", "kind": "rows",
     "columns": [{"key": "who", "title": "Who"}, {"key": "when", "title": "When"}]},
    {"key": "rehearsed", "title": "Rehearsed", "kind": "yes_no"},
]  # fmt: skip


@pytest.fixture
def template(db):
    pack = Pack.objects.create(slug="meetings", title="Meetings", edition="1")
    made = Template.objects.create(
        pack=pack, slug="six-step-meeting", kind="meeting", title="Mentor meeting", position=1
    )
    for position, section in enumerate(SECTIONS):
        Section.objects.create(template=made, position=position, **section)
    return made


@pytest.fixture
def integrate(template):
    """A step of a cycle that a meeting serves."""
    programme = Programme.objects.create(pack=template.pack, slug="two-years", title="T", summary="S", position=1)
    cycle = Cycle.objects.create(
        pack=template.pack, programme=programme, slug="one", number=1, title="One", summary="First", position=1
    )
    step = CycleStep.objects.create(
        cycle=cycle, slug="interaction-4", kind="integrate", interaction=4, half_term=2, title="Integrate", summary="…", position=4,
        prompts=[
            {"title": "Praise", "section": "praise", "prompts": ["Was the step seen?"]},
            {"title": "All", "prompts": ["Loose"]},
        ],
    )  # fmt: skip
    step.templates.add(template)
    return step


@pytest.fixture
def amiras(cast):
    return Induction.objects.get(ect=cast["amira"])


@pytest.fixture
def plan(cast, template):
    """`plan()` makes a planned meeting of Amira with Ben; `plan(days=7)` one in a week."""

    def planned(ect="amira", mentor="ben", days=0):
        when = timezone.localtime().replace(hour=12, minute=0, second=0, microsecond=0) + timedelta(days=days)
        induction = Induction.objects.get(ect=cast[ect])
        return actions.start_meeting(induction, by=cast[mentor], template=template, planned_for=when, place="Room 4")

    return planned


@pytest.fixture
def meeting(plan):
    return plan()


NOTES = {
    "check_in": "A private worry",
    "praise": "Wait time in the starter",
    "step-1": {
        "text": "Count to three",
        "checks": ["observable", "says_how"],
        "criteria": ["Silence", "Hands"],
        "review_on": "",
    },
    "about-focus": "Questioning",
}


@pytest.fixture
def write():
    """`write(meeting, by, praise="…")` saves blocks as somebody whose page shows what is stored."""

    def written(meeting, by, **blocks):
        from content.answers import seen

        blocks = {key.replace("__", "-"): value for key, value in blocks.items()}
        meeting.refresh_from_db()
        stored = meeting.written() | meeting.steps_written()
        return actions.save_meeting(meeting, blocks, seen(stored), revision=meeting.revision, by=by)

    return written


@pytest.fixture
def complete(cast, write):
    """Writes all that a meeting needs."""

    def written(meeting, by=None):
        return write(meeting, by or cast["ben"], **{key.replace("-", "__"): value for key, value in NOTES.items()})

    return written


@pytest.fixture
def held(cast, meeting, complete):
    complete(meeting)
    actions.finish(meeting, by=cast["ben"])
    return meeting


@pytest.fixture
def agreed(cast, held):
    for who in ("ben", "amira"):
        actions.agree(held, by=cast[who], revision=held.revision)
    return held


def soup(response):
    return BeautifulSoup(response.content, "lxml")


def filled(response):
    """The controls of a meeting's page with their values, as a browser would send them; no button pressed."""
    sent = {}
    for control in soup(response).select_one("form[data-autosave]").select("input, textarea, select"):
        name, kind = control.get("name"), control.get("type")
        if not name or (kind in ("radio", "checkbox") and not control.has_attr("checked")):
            continue
        value = control.text.removeprefix("\n") if control.name == "textarea" else control.get("value", "")
        if kind == "checkbox" or name == "told":
            sent.setdefault(name, []).append(value)
        else:
            sent[name] = value
    return sent


# Audits of modules

SCALE = ["With support", "Beginning", "With confidence", "I can help others"]


@pytest.fixture
def module(db):
    """A module with an audit of three statements and of one thing to write."""
    pack = Pack.objects.create(slug="modules", title="Modules", edition="1")
    audit = Template.objects.create(
        pack=pack,
        slug="module-4-audit",
        kind="audit",
        title="Audit of assessment",
        introduction="Be honest.",
        position=1,
    )
    sections = [
        {"key": "checks", "title": "I plan checks.", "statements": ["6.1", "6.a"]},
        {"key": "feedback", "title": "My feedback is used.", "statements": ["6.3"]},
        {"key": "marking", "title": "Marking is manageable.", "hint": "Think of a usual week."},
    ]
    for position, section in enumerate(sections):
        Section.objects.create(template=audit, position=position, kind="rating", needed=True, options=SCALE, **section)
    Section.objects.create(template=audit, position=9, kind="text", key="hopes", title="What do you hope for?")
    programme = Programme.objects.create(pack=pack, slug="year-1", title="Year 1", summary="S", position=1)
    return Module.objects.create(
        pack=pack, programme=programme, slug="module-4", year=1, number=4, title="Assessment", summary="S", audit=audit,
        position=4,
    )  # fmt: skip


@pytest.fixture
def audit(cast, amiras, module):
    """Amira's, begun and not rated yet."""
    return begin(amiras, module, by=cast["amira"])


@pytest.fixture
def rate(cast):
    """`rate(audit, 0, 1, 3)` gives these places of the scale to its statements; `complete=False` leaves it at that."""

    def rated(audit, *places, complete=True, **others):
        keys = ["checks", "feedback", "marking"]
        answers = {key: SCALE[place] for key, place in zip(keys, places, strict=False)} | others
        audit.refresh_from_db()
        moment = audit.state
        audit = audits.rate(audit, moment, answers, revision=audit.revision, by=audit.induction.ect)
        if complete:
            audits.take_step(audit, f"complete_{moment}", by=audit.induction.ect)
        return audit

    return rated


@pytest.fixture
def rated_twice(audit, rate):
    """Checks went up to the middle, feedback stayed low, marking went down from the top."""
    rate(audit, 0, 1, 3, hopes="Shorter evenings")
    return rate(audit, 2, 1, 2)
