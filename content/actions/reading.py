"""What is done while reading: places kept, sections ticked, reflections written, shared and opened.

A reflection's events belong to no induction, so that they stay off every page that others read, and neither an event nor a
message has a word of it.
"""

from typing import Any

from django.db import transaction
from django.utils import timezone

from content.models import Following, KeptPlace, Programme, Reflection, SectionDone, StudySection
from content.permissions import RULES
from content.reading import as_followed, chosen_for
from content.workflow import OPEN, STEPS, State
from ectprogramme.spare_writes import spare_write
from people.actions import Refused, Stale, claim, notify, record_event
from people.models import Event, Induction, User
from people.permissions import Role, allowed


def keep_place(section: StudySection, *, by: User) -> None:
    """This is where the person is in the study now. A database that is locked costs the place and not the page."""
    place = KeptPlace(person=by, study_id=section.study_id, section=section)

    @transaction.atomic
    def keep() -> None:
        KeptPlace.objects.bulk_create(
            [place], update_conflicts=True, unique_fields=["person", "study"], update_fields=["section", "at"]
        )

    spare_write(keep)


def tick(section: StudySection, *, by: User) -> None:
    """The person has done this section; ticked before, it keeps its first date."""
    SectionDone.objects.bulk_create([SectionDone(person=by, section=section)], ignore_conflicts=True)


def untick(section: StudySection, *, by: User) -> None:
    SectionDone.objects.filter(person=by, section=section).delete()


@transaction.atomic
def write_reflection(section: StudySection, text: str, *, revision: int, by: User) -> Reflection | None:
    """Saves what the ECT has written beside a section so far; None while that is nothing.

    `revision` is that of the page, 0 when nothing was written yet. Raises Stale when somebody saved something else
    since, in another window. Refused while it is shared, and once it was opened.
    """
    induction = Induction.objects.select_for_update(no_key=True).get(ect=by)  # two windows take turns
    text = text.replace("\r\n", "\n")
    stored = Reflection.objects.filter(induction=induction, section=section, state__in=OPEN).first()
    if stored is None:
        if revision:
            return _kept(induction, section, text)
        if not text.strip():
            return None
        return Reflection.objects.create(
            induction=induction, section=section, question=section.reflection, text=text, revision=1
        )
    stored.induction = induction
    if text == stored.text:
        return stored
    if not stored.may(by, "write"):
        raise Refused("This reflection is shared, so it cannot be changed. Take it back to go on writing.")
    if revision != stored.revision:
        raise Stale(stored)
    stored.text, stored.saved_at, stored.revision = text, timezone.now(), stored.revision + 1
    stored.save(update_fields=["text", "saved_at", "revision"])
    return stored


def _kept(induction: Induction, section: StudySection, text: str) -> Reflection:
    """The page was made from a reflection that was shared and opened meanwhile: fine while it says the same."""
    kept = Reflection.objects.filter(induction=induction, section=section).last()
    if kept is None or kept.text != text:
        raise Refused("Your mentor has read this reflection in the meantime, so it is kept as it was.")
    return kept


@transaction.atomic
def take_step(reflection: Reflection, name: str, *, by: User) -> Event:
    """Shares a reflection, takes it back or opens it. The mentor is told of one that is shared.

    Refused, with the reason in words: another person's step, another state's, something still missing, or a reflection
    that has changed since it was fetched (the row is claimed by its revision, so a double click counts once).
    """
    if why := reflection.why_not(name, by):
        raise Refused(why)
    now, step = timezone.now(), STEPS[name]
    times: dict[str, dict[str, Any]] = {
        "share": {"shared_at": now},
        "take_back": {"shared_at": None},
        "open": {"opened_at": now},
    }
    claim(reflection, state=step.to, **times[name])
    role = Role.ECT if by.pk == reflection.induction.ect_id else Role.MENTOR
    event = record_event(reflection, f"{name}_reflection", by=by, role=role)
    mentor = reflection.induction.mentor
    if reflection.state == State.SHARED and mentor:
        notify(
            event,
            [mentor],
            subject=f"{reflection}: {by}",
            text=f"{by} has shared a reflection with you.",
            path=reflection.get_absolute_url(),
        )
    return event


@transaction.atomic
def follow(induction: Induction, *, phase: str, programme: Programme | None, by: User, seen: str | None = None) -> None:
    """Sets the phase of an induction and, where there is a choice, the programme that it follows.

    `seen` is what the page showed (`as_followed`). Raises Stale when somebody has saved something else since.
    """
    roles = by.places.roles_in(induction)
    if not allowed(roles, RULES["follow"], ""):
        raise Refused("Only the induction tutor or an administrator sets phase and programme.")
    stored = (
        Induction.objects.select_for_update(no_key=True, of=["self"])
        .select_related("following__programme")
        .get(pk=induction.pk)
    )
    if stored.phase == phase and programme in (None, chosen_for(stored)):
        return
    if seen not in (None, as_followed(stored)):
        raise Stale(stored)
    Induction.objects.filter(pk=induction.pk).update(phase=phase)
    induction.phase = phase
    if programme:
        Following.objects.update_or_create(induction=induction, defaults={"programme": programme})
    role = min(roles & RULES["follow"].keys())
    detail = {"phase": phase, "programme": programme.slug if programme else None}
    record_event(induction, "set_programme", by=by, role=role, induction=induction, detail=detail)
