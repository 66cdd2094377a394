"""The demonstration's meetings and engage-with-an-expert proformas."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from content.models import Template
from cycles import actions as meetings
from cycles.models import Meeting
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
