"""The demonstration's meetings and engage-with-an-expert proformas."""

from datetime import date, datetime, time, timedelta
from itertools import cycle

from django.utils import timezone

from content.models import Module, Template
from cycles import actions as meetings
from cycles.audits import actions as audits
from cycles.learning import actions as learning
from cycles.models import Audit, Meeting
from observations import actions as proformas
from observations.models import Kind
from people.models import Induction, User

NOTES = {
    "check_in": "A long week with parents' evening. Marking is under control again.",
    "praise": "Every pupil had an answer on their board within a minute, because the question was on the screen when they came in.",
    "probe": "In the second half four pupils answered all the questions. The others waited for them.",
    "plan": "In the starter with Year 8 on Thursday. Script the question and the words before the pause.",
    "practise": "Modelled once, rehearsed twice; the second time without looking at the script.",
    "about-focus": "Hearing from every pupil",
    "about-minutes": 45,
}
ACTION_STEP = {
    "text": "After a question, count to three in your head, then choose who answers. Do it in the first ten minutes.",
    "checks": ["observable", "practicable", "bite_sized", "says_how"],
    "criteria": ["Nobody calls out before the three seconds are over", "At least six different pupils answer"],
    "review_on": "",
}


def _school_day(day: date, today: date) -> date:
    """The day itself, or beside a weekend the Friday before when it is past and the Monday after when it is to come."""
    if day.weekday() < 5:
        return day
    return day - timedelta(days=day.weekday() - 4) if day < today else day + timedelta(days=7 - day.weekday())


def _at(day: date, hour: int, minute: int = 0) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))


def hold_meetings(people: dict[str, User], today: date) -> None:
    """For Amira and Ben one meeting agreed and one planned; for Tom and Priya one that waits for Tom's agreement."""
    _hold(
        "amira",
        "ben",
        people,
        _school_day(today - timedelta(days=7), today),
        follow_up=_school_day(today + timedelta(days=3), today),
        agreed_by=("ben", "amira"),
    )
    _plan("amira", "ben", people, _school_day(today, today))
    _hold(
        "tom",
        "priya",
        people,
        _school_day(today - timedelta(days=2), today),
        follow_up=_school_day(today + timedelta(days=5), today),
        agreed_by=("priya",),
    )
    _plan("zofia", "daniel", people, _school_day(today + timedelta(days=1), today))


def _plan(ect: str, mentor: str, people: dict[str, User], day: date) -> Meeting:
    return meetings.start_meeting(
        Induction.objects.get(ect=people[ect]),
        by=people[mentor],
        template=Template.objects.get(slug="six-step-meeting"),
        planned_for=_at(day, 15, 30),
        place="Room 12",
    )


def _hold(
    ect: str, mentor: str, people: dict[str, User], day: date, *, follow_up: date, agreed_by: tuple[str, ...]
) -> None:
    meeting = _plan(ect, mentor, people, day)
    checks = next(section for section in meeting.sections if section["key"] == "precise_action")["options"]
    written = {
        **NOTES,
        "precise_action": checks,
        "step-1": ACTION_STEP,
        "follow-up": f"{follow_up:%Y-%m-%d} 09:15",
    }
    meetings.save_meeting(meeting, written, {}, revision=meeting.revision, by=people[mentor])
    meetings.finish(meeting, by=people[mentor])
    for key in agreed_by:
        meetings.agree(meeting, by=people[key], revision=meeting.revision)


def visit_experts(people: dict[str, User], today: date) -> None:
    """Amira plans to watch a colleague; Tom has written up what he learnt."""
    amira, tom = (Induction.objects.get(ect=people[key]) for key in ("amira", "tom"))
    proformas.set_up(
        amira,
        Kind.OBSERVATION,
        {
            "expert_name": "Sue Brand",
            "planned_on": _school_day(today + timedelta(days=2), today),
            "planned_at": time(10, 5),
            "focus": "Hearing from every pupil in the first ten minutes",
            "to_notice": "How long she waits, and what she says while she does.",
        },
        by=people["ben"],
    )
    written = proformas.set_up(
        tom,
        Kind.OBSERVATION,
        {
            "expert_name": "David Lowe",
            "planned_on": _school_day(today - timedelta(days=3), today),
            "planned_at": None,
            "focus": "Ending a lesson with a check of what was learnt",
            "to_notice": "What pupils do in the last five minutes.",
        },
        by=people["priya"],
    )
    answers = {
        "expert_name": "David Lowe",
        "happened_on": _school_day(today - timedelta(days=3), today),
        "answer_context": "A Year 9 lesson on solving equations, with 28 pupils.",
        "answer_actions": [
            {
                "teacher_action": "Puts one question on the screen and starts a timer",
                "pupil_impact": "All write at once",
            },
            {"teacher_action": "Reads six answers aloud without names", "pupil_impact": "Pupils correct their own"},
        ],
        "answer_suggests": "I will keep the last question of my plan for the end and give it five minutes.",
    }
    proformas.save(written, answers, seen={}, by=people["tom"])
    written.refresh_from_db()
    proformas.take_step(written, "complete", by=people["tom"])


def rate_modules(people: dict[str, User], today: date) -> None:
    """Amira has rated the start of a module; Tom has rated both ends of it and made an action of what needs support."""
    module = Module.objects.get(audit__slug="module-4-audit")
    amira, tom = (Induction.objects.get(ect=people[key]) for key in ("amira", "tom"))
    begun = audits.begin(amira, module, by=people["amira"])
    _rate(begun, "start", [0, 1, 1, 2], people["amira"])
    both = audits.begin(tom, module, by=people["tom"])
    _rate(both, "start", [1, 0, 1, 2, 0], people["tom"])
    Audit.objects.filter(pk=both.pk).update(start_on=_school_day(today - timedelta(days=45), today))
    both.refresh_from_db()
    _rate(both, "end", [2, 1, 3, 1, 2, 3], people["tom"])
    _act(both, people["tom"], today)


def _rate(audit: Audit, moment: str, places: list[int], by: User) -> None:
    """Rates the statements in turn at these places of the scale, and completes that."""
    answers = {
        section["key"]: section["options"][place] for section, place in zip(audit.sections, cycle(places), strict=False)
    }
    rated = audits.rate(audit, moment, answers, revision=audit.revision, by=by)
    audits.take_step(rated, f"complete_{moment}", by=by)


def _act(audit: Audit, by: User, today: date) -> None:
    """An action for the first statement that still needs support."""
    audit.refresh_from_db()
    statement = next(rating for rating in audit.ratings() if rating.needs_support)
    written = {
        "text": "Read one set of books with Priya and sort the pupils' answers into three piles before I plan.",
        "what_for": statement.statement,
        "by_when": _school_day(today + timedelta(days=5), today),
        "standard": "TS6",
    }
    learning.add(audit.induction, written, by=by, audit=audit, section=statement.key)
