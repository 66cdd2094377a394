"""What is done with a meeting: planned, moved, written, and led from state to state.

Messages and events tell that something happened and when, never what was written.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.formats import date_format

from content.answers import Merged, merge
from content.answers import seen as digests
from content.models import CycleStep, Programme, Template
from content.reading import programme_of
from content.sections import UNANSWERED
from content.years import programme_year
from ectprogramme.clock import clock
from people.actions import Refused, Stale, claim, notify, record_event
from people.models import Event, Induction, User
from people.permissions import allowed
from people.terms import school_days
from people.turns import about

from .models import ABOUT, EARLIEST, ActionStep, Agreement, ContinuedStep, Meeting, SuccessCriterion, Written
from .permissions import RULES
from .workflow import STEPS, State

USUAL_TIME = datetime.min.replace(hour=15, minute=30).time()
CLOSED = "This meeting has been finished or cancelled in the meantime."
SOON = timedelta(weeks=8)  # the first meeting of year 2 is planned before the summer holidays


@transaction.atomic
def start_meeting(
    induction: Induction,
    *,
    by: User,
    template: Template,
    planned_for: datetime,
    place: str = "",
    cycle_step: CycleStep | None = None,
) -> Meeting:
    """Plans a meeting with its own copy of the questions, as the school asks them; a cycle's step adds its prompts to them.
    The other is told.

    The very same one, planned and not touched since, is not planned again: so a double click counts once. Refused to
    everybody but the ECT and the mentor.
    """
    if not allowed(by.places.roles_in(induction), RULES["plan"], ""):
        raise Refused("Only the ECT and their mentor plan a meeting.")
    Induction.objects.select_for_update(no_key=True).get(pk=induction.pk)  # two clicks take turns
    asked = template.asked_at(induction.school)
    facts: dict[str, Any] = {
        "cycle_step": cycle_step,
        "title": cycle_step.title if cycle_step else asked.title,
        "planned_for": planned_for,
        "place": place,
    }
    if same := induction.meetings.filter(state=State.PLANNED, revision=0, **facts).first():
        return same
    meeting = Meeting.objects.create(
        induction=induction,
        kind=Meeting.Kind.INTERACTION if cycle_step else Meeting.Kind.WEEKLY,
        introduction=asked.introduction,
        sections=_with_prompts(asked.copy(), cycle_step.prompts if cycle_step else []),
        **facts,
    )
    event = _record(meeting, "plan_meeting", by)
    _tell_other(meeting, "plan", event, by)
    return meeting


def _with_prompts(sections: list[dict[str, Any]], groups: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The prompts of this very step first, then those that every meeting has. Where the step has several groups for one
    section, such as one a theme, they keep their titles."""
    for section in sections:
        own = [group for group in groups if group.get("section") == section["key"]]
        if len(own) > 1:
            section["groups"] = [{"title": group["title"], "prompts": group["prompts"]} for group in own]
        else:
            section["prompts"] = [prompt for group in own for prompt in group["prompts"]] + section["prompts"]
    return sections


def suggested_time(induction: Induction, *, today: date) -> datetime:
    """On the weekday and at the time of the last meeting, after it; without one, the next school day on which they can meet.
    Never in holidays."""
    last = induction.meetings.exclude(state=State.CANCELLED).first()
    first, weekday, time = max(today + timedelta(days=1), induction.starts_on - EARLIEST), None, USUAL_TIME
    if last:
        before = timezone.localtime(last.planned_for)
        first, weekday, time = max(first, before.date() + timedelta(days=1)), before.weekday(), before.time()
    terms = induction.school.terms.filter(ends_on__gte=first).order_by("starts_on")
    days = (day for term in terms for day in school_days(term) if day >= first and weekday in (None, day.weekday()))
    return timezone.make_aware(datetime.combine(next(days, first), time))


def nears_year_2(induction: Induction, today: date) -> bool:
    """Whether the steps of cycles can be planned already: they belong to year 2, and before that is `SOON` they cannot."""
    return programme_year(induction, today + SOON).number == 2


def steps_to_plan(induction: Induction, *, today: date) -> QuerySet[CycleStep]:
    """The steps of its programme's cycles that are meetings, once they can be planned."""
    if not nears_year_2(induction, today):
        return CycleStep.objects.none()
    followed = programme_of(induction, list(Programme.objects.current()))
    return (
        CycleStep.objects.current()
        .filter(
            cycle__programme=followed,
            cycle__retired=False,
            templates__kind=Template.Kind.MEETING,
            templates__retired=False,
        )
        .select_related("cycle")
        .order_by("cycle__number", "position")
        .distinct()
    )


def suggested_step(induction: Induction, steps: Iterable[CycleStep]) -> CycleStep | None:
    """The one after that of the last meeting; none when that was of no step, or of the last."""
    last = induction.meetings.exclude(state=State.CANCELLED).first()
    return next((step for before, step in pairwise(steps) if last and before.pk == last.cycle_step_id), None)


@transaction.atomic
def move_meeting(meeting: Meeting, planned_for: datetime, place: str, *, by: User, seen: str | None = None) -> None:
    """Another date, time or place. The other is told, unless nothing is different.

    A day on which it was held, if the page has one, was about the earlier plan and goes. `seen` is what the page was made
    from (`Meeting.arranged`): raises Stale when somebody has moved it since, but not when they have only written in it.
    """
    if not meeting.may(by, "write"):
        raise Refused("Only a meeting that is still to be held can be moved.")
    if (meeting.planned_for, meeting.place) == (planned_for, place):
        return
    if seen is not None and seen != meeting.arranged:
        raise Stale(meeting)
    claim(meeting, planned_for=planned_for, place=place, held_on=None)
    event = _record(meeting, "move_meeting", by)
    _tell_other(meeting, "move", event, by)


def save_meeting(
    meeting: Meeting,
    written: Written,
    seen: dict[str, str],
    *,
    revision: int | None,
    by: User,
    untouched: Collection[str] = (),
) -> Merged:
    """Saves what was typed, block by block, so that two people can write at once (`content.answers`).

    `seen` and `revision` tell what the page was made from, `untouched` which of its blocks were not sent. Those, and the
    action steps, are looked at only if somebody has saved since, or this page has changed a step. Refused once the meeting
    is no longer open; nothing is saved then.
    """
    while True:
        if not meeting.may(by, "write"):
            raise Refused(CLOSED)
        sent, stored = written, meeting.written()
        about_steps = {key for key in written if key.startswith(("step-", "became-"))}
        saved_since = revision != meeting.revision
        if saved_since or any(
            digest != seen.get(key, "") for key, digest in digests({key: written[key] for key in about_steps}).items()
        ):
            stored |= meeting.steps_written()
        else:
            sent = {key: value for key, value in written.items() if key not in about_steps}
        merged, follows = _begin_again(meeting, stored, merge(stored, sent, seen, untouched if saved_since else ()))
        if _store(meeting, {key: value for key, value in merged.answers.items() if stored.get(key) != value}, follows):
            return merged
        # somebody saved between our reading and our writing: look again
        meeting.refresh_from_db(fields=[field.attname for field in Meeting._meta.fields if not field.is_relation])


def _begin_again(meeting: Meeting, stored: Written, merged: Merged) -> tuple[Merged, dict[int, int]]:
    """An earlier step that is refined begins again in the next free place, to be changed there; a copy that nobody has
    changed goes away with that decision. Tells besides which step begins again where (`follows`, by place).

    Whoever sends new steps along has written the better ones already.
    """
    was, now = _refined(stored), _refined(merged.answers)
    if was == now:
        return merged, {}
    own = list(meeting.steps.prefetch_related("criteria"))
    earlier = {step.pk: step.to_change() for step in meeting.earlier_steps().filter(pk__in=was ^ now)}
    answers, places = dict(merged.answers), [f"step-{number}" for number in meeting.places]
    for step in own:
        if step.follows_id in was - now and answers[step.key] == earlier.get(step.follows_id):
            answers[step.key] = ""
    written = sum(stored.get(key) in UNANSWERED and answers.get(key) not in UNANSWERED for key in places)
    followed = {step.follows_id for step in own}
    begin = [pk for pk in earlier if pk in now - was - followed][written:]
    free = [key for key in places if answers.get(key) in UNANSWERED]
    follows = dict(zip(free, begin, strict=False))
    answers |= {key: earlier[pk] for key, pk in follows.items()}
    outdated = [key for key in places if answers.get(key) != merged.answers.get(key)]
    numbers = {int(key.removeprefix("step-")): pk for key, pk in follows.items()}
    return replace(merged, answers=answers, outdated=[*merged.outdated, *outdated]), numbers


def _refined(written: Written) -> set[int]:
    """The earlier steps that are refined, by what a page says."""
    decisions = {key: value for key, value in written.items() if key.startswith("became-") and isinstance(value, dict)}
    return {
        int(key.removeprefix("became-"))
        for key, value in decisions.items()
        if value["state"] == ActionStep.State.REFINED
    }


@transaction.atomic
def _store(meeting: Meeting, changes: Written, follows: Mapping[int, int]) -> bool:
    """Writes changed blocks, unless somebody has saved since the meeting was fetched (then False)."""
    if not changes:
        return True
    columns: dict[str, Any] = {"saved_at": timezone.now()}
    keys = {section["key"] for section in meeting.sections}
    if answers := {key: value for key, value in changes.items() if key in keys}:
        columns["answers"] = {**meeting.answers, **answers}
    for key, column, _, python in ABOUT:
        if key in changes:
            columns[column] = python(changes[key])
    claimed = Meeting.objects.filter(pk=meeting.pk, state=meeting.state, revision=meeting.revision)
    if not claimed.update(**columns, revision=F("revision") + 1):
        return False
    for key, value in changes.items():
        block, _, number = key.rpartition("-")
        if block == "step":
            _write_step(meeting, int(number), value, follows.get(int(number)))
        elif block == "became":
            _write_decision(meeting, int(number), value)
    for name, value in columns.items():
        setattr(meeting, name, value)
    meeting.revision += 1
    return True


def _write_step(meeting: Meeting, position: int, value: Written | str, follows: int | None) -> None:
    """One of the meeting's own action steps, which may begin in the place of an earlier one; emptied, it is gone."""
    if not isinstance(value, dict):
        ActionStep.objects.filter(meeting=meeting, position=position).delete()
        return
    facts: dict[str, Any] = {name: name in value["checks"] for name in ActionStep.CHECKS}
    facts |= {"text": value["text"], "review_on": parse_date(value["review_on"])}
    step, _ = ActionStep.objects.update_or_create(
        meeting=meeting,
        position=position,
        defaults=facts,
        create_defaults={**facts, "induction_id": meeting.induction_id, "follows_id": follows},
    )
    step.criteria.all().delete()
    SuccessCriterion.objects.bulk_create(
        SuccessCriterion(step=step, position=number, text=text) for number, text in enumerate(value["criteria"], 1)
    )


def _write_decision(meeting: Meeting, pk: int, value: Written | str) -> None:
    """What became of an earlier step of the same induction, unless another meeting has decided that already."""
    state, noticed = (value["state"], value["noticed"]) if isinstance(value, dict) else (ActionStep.State.ACTIVE, "")
    decided = meeting if state != ActionStep.State.ACTIVE else None
    meeting.earlier_steps().filter(pk=pk).update(state=state, noticed=noticed, decided_in=decided)


@transaction.atomic
def take_step(meeting: Meeting, name: str, *, by: User, revision: int | None = None, reason: str = "") -> Event:
    """Moves a meeting by one step of the table and tells the other.

    Refused, with the reason in words: another person's step, another state's, something still missing. Raises Stale when
    the meeting has changed since the page was read (`revision`). A step that each of the two takes moves the meeting when
    both have.
    """
    fresh = Meeting.objects.select_for_update(no_key=True).get(pk=meeting.pk)  # two who agree at once take turns
    fresh.induction = meeting.induction
    if why := fresh.why_not(name, by):
        raise Refused(why)
    if revision is not None and revision != fresh.revision:
        raise Stale(fresh)
    step, both = STEPS[name], True
    facts: dict[str, Any] = {}
    if step.each:
        Agreement.objects.create(meeting=fresh, role=str(fresh.part_of(by)), by=by)
        both = fresh.agreements.count() == len(step.who)
    if name == "finish":
        facts["held_on"] = fresh.held_on or min(timezone.localdate(fresh.planned_for), timezone.localdate())
        _link_refined(fresh)
        _keep_continued(fresh)
    elif name == "reopen":
        fresh.agreements.all().delete()
        fresh.continued.all().delete()
    elif name == "cancel":
        facts["cancel_reason"] = reason.strip()
    if both:
        claim(fresh, state=step.to, **facts)
    event = _record(fresh, f"{name}_meeting", by)
    _tell(fresh, name, event, by, both)
    meeting.refresh_from_db(fields=["state", "revision", "held_on", "cancel_reason"])
    return event


def finish(meeting: Meeting, *, by: User) -> Event:
    """The meeting is over and waits for both to agree. Needs what `Meeting.missing` names."""
    return take_step(meeting, "finish", by=by)


def agree(meeting: Meeting, *, by: User, revision: int) -> Event:
    """This person agrees with what they have read; with the other's agreement the meeting is kept as it is."""
    return take_step(meeting, "agree", by=by, revision=revision)


def cancel(meeting: Meeting, *, by: User, revision: int | None = None, reason: str = "") -> Event:
    """It does not take place; the reason, if there is one, is for the two of them."""
    return take_step(meeting, "cancel", by=by, revision=revision, reason=reason)


def _link_refined(meeting: Meeting) -> None:
    """Each step that this meeting refines is followed by one of its own (programme §4): by the one that began with its
    words; otherwise in order."""
    refined = meeting.decided.filter(state=ActionStep.State.REFINED).order_by(
        "meeting__planned_for", "meeting", "position"
    )
    own = [step for step in meeting.steps.all() if step.text]
    followed = {step.follows_id for step in own}
    others = (step for step in refined if step.pk not in followed)
    kept = {step.pk for step in refined}
    for step in own:
        if step.follows_id not in kept:
            ActionStep.objects.filter(pk=step.pk).update(follows=next(others, None))


def _keep_continued(meeting: Meeting) -> None:
    """Which earlier steps the two keep working on, as its page said: those that are decided on say so themselves."""
    steps = meeting.steps_to_continue().exclude(text="")
    ContinuedStep.objects.bulk_create(ContinuedStep(meeting=meeting, step=step, noticed=step.noticed) for step in steps)


def _record(meeting: Meeting, what: str, by: User) -> Event:
    return record_event(meeting, what, by=by, role=meeting.part_of(by) or "", induction=meeting.induction)


# What begins the subject, and the text; `agree` is for who has agreed already, `ask_to_agree` for who has not.
MESSAGES = {
    "plan": ("Meeting planned for {day}, {time}", "{by} has planned a meeting with you.\n\n{when}."),
    "move": ("Meeting moved to {day}, {time}", "{by} has moved your meeting.\n\n{when}."),
    "cancel": ("Meeting of {day} cancelled", "{by} has cancelled your meeting."),
    "finish": ("Agree your meeting of {day}", "{by} has finished your meeting. Read it and agree it."),
    "ask_to_agree": ("Agree your meeting of {day}", "{by} has agreed your meeting. Now it is waiting for you."),
    "agree": ("Your meeting of {day} is agreed", "{by} has agreed your meeting."),
    "reopen": (
        "Your meeting of {day} is open again",
        "{by} has gone back to writing in your meeting. You will be asked to agree it again.",
    ),
}


def _tell(meeting: Meeting, name: str, event: Event, by: User, both: bool) -> None:
    """The other hears of every step, but is asked only once to agree: who was asked at the end of the meeting is not
    asked again when the one who finished it agrees."""
    if name == "agree" and not both:
        finished = Event.objects.about(meeting).filter(what="finish_meeting").order_by("number")
        if finished.values_list("by", flat=True).last() == by.pk:
            return
        name = "ask_to_agree"
    _tell_other(meeting, name, event, by)


def _tell_other(meeting: Meeting, message: str, event: Event, by: User) -> None:
    other = meeting.other(by)
    if other is None:
        return
    begins, text = MESSAGES[message]
    time, place = clock(meeting.planned_for), f", {meeting.place}" if meeting.place else ""
    begins = begins.format(day=date_format(meeting.day, "j F"), time=time)
    notify(
        event,
        [other],
        subject=f"{begins}: {about(meeting.title, meeting.induction, other)}",
        text=text.format(by=by, when=f"{date_format(meeting.day, 'l j F Y')}, {time}{place}"),
        path=meeting.get_absolute_url(),
    )
