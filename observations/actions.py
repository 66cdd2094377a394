"""What is done with a proforma: set up, arranged, written up, completed, discussed or cancelled.

Its events belong to no induction, so that they stay off every page that others read, and neither an event nor a message
names the expert (programme §6).
"""

from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from content.answers import Merged, merge
from content.models import Template
from people.actions import Refused, Stale, claim, notify, record_event
from people.models import Event, Induction, User
from people.permissions import Role, allowed
from people.turns import about

from .models import Kind, Proforma, plain
from .permissions import RULES
from .workflow import OPEN, STEPS


@transaction.atomic
def set_up(induction: Induction, kind: Kind, arrangements: dict[str, Any], *, by: User) -> Proforma:
    """Begins a proforma with its own copy of the questions; planned at once when day and expert are known.

    The ECT hears of what the mentor has set up. The very same one, set up and not touched since, is not set up again: so a
    double click counts once. Refused: anybody but the two, and a kind that no content pack defines.
    """
    if not allowed(by.places.roles_in(induction), RULES["set_up"], ""):
        raise Refused("Only the ECT and their mentor set up a proforma.")
    template = Template.objects.current().filter(kind=kind.template_kind).first()
    if template is None:
        raise Refused("There is no proforma of this kind yet. Ask your programme administrator to load its content.")
    Induction.objects.select_for_update(no_key=True).get(pk=induction.pk)  # two clicks take turns
    if same := induction.proformas.filter(kind=kind, state__in=OPEN, revision=0, **arrangements).first():
        return same
    proforma = Proforma(
        induction=induction,
        kind=kind,
        title=template.title,
        introduction=template.introduction,
        sections=template.copy(),
        **arrangements,
    )
    step = _follow(proforma, by)
    proforma.save()
    event = _record(proforma, "set_up", by)
    if step:
        _record(proforma, step, by)
    _tell(proforma, "set_up", event)
    return proforma


def arrange(proforma: Proforma, arrangements: dict[str, Any], *, seen: dict[str, str], by: User) -> Merged:
    """Changes who it is with, when, and what to look out for; day and expert make it planned, or to be arranged again.

    `seen` is what the page was made from. Where the other of the two has meanwhile written something else, nothing is
    saved and the answer tells of the conflicts.
    """
    return _write(proforma, "arrange", Proforma.arrangements, arrangements, seen, by)


def save(proforma: Proforma, written: dict[str, Any], *, seen: dict[str, str], by: User) -> Merged:
    """Saves what the ECT has written so far, complete or not. Nothing is overwritten unseen: as `arrange`."""
    return _write(proforma, "fill_in", Proforma.written, written, seen, by)


@transaction.atomic
def attach_paper(proforma: Proforma, upload: UploadedFile, *, by: User) -> None:
    """Keeps a paper version in place of the answers; one that was there before is deleted."""
    stored = _locked(proforma, "fill_in", by)
    _delete_paper(stored)
    stored.paper, stored.paper_name = upload, upload.name or ""
    _save(stored)
    _record(stored, "attach_paper", by)


@transaction.atomic
def remove_paper(proforma: Proforma, *, by: User) -> None:
    """Takes the paper version away for good. Safe to do twice."""
    stored = _locked(proforma, "fill_in", by)
    if stored.paper:
        _delete_paper(stored)
        stored.paper, stored.paper_name = "", ""
        _save(stored)
        _record(stored, "remove_paper", by)


@transaction.atomic
def take_step(proforma: Proforma, name: str, *, by: User, revision: int | None = None, reason: str = "") -> Event:
    """Moves a proforma by one step of the table and tells the other of the two.

    Refused, with the reason in words: another person's step, another state's, something still missing, or a proforma that
    somebody moved or changed since it was fetched (the row is claimed by its revision, so a double click counts once).
    Raises Stale when it has changed since the page was made (`revision`).
    """
    if why := proforma.why_not(name, by):
        raise Refused(why)
    if revision is not None and revision != proforma.revision:
        raise Stale(proforma)
    facts = {"state": STEPS[name].to, "cancel_reason": reason, "saved_at": timezone.now()}
    if name == "reopen":  # a visit that came about before anybody had written its day down was on that day
        facts["planned_on"] = proforma.planned_on or proforma.happened_on
    claim(proforma, **facts)
    event = _record(proforma, name, by)
    _tell(proforma, name, event)
    return event


def _locked(proforma: Proforma, action: str, by: User) -> Proforma:
    """The row as it is now, held until the commit. Refused when this can no longer be done."""
    stored = (
        Proforma.objects.select_for_update(no_key=True, of=["self"])
        .select_related("induction__ect", "action_step")
        .get(pk=proforma.pk)
    )
    _require(stored, action, by)
    return stored


def _require(proforma: Proforma, action: str, by: User) -> None:
    if not proforma.may(by, action):
        raise Refused(proforma.why_closed_to(by))


def _as_json(values: dict[str, Any]) -> dict[str, Any]:
    return {name: plain(value) for name, value in values.items()}


def _write(
    proforma: Proforma,
    action: str,
    shown: Callable[[Proforma], dict[str, Any]],
    values: dict[str, Any],
    seen: dict[str, str],
    by: User,
) -> Merged:
    """Brings what was sent together with what is stored, as the page shows it, and saves that unless there are conflicts."""
    while True:
        _require(proforma, action, by)
        merged = merge(shown(proforma), _as_json(values), seen)
        kept = {name: value for name, value in values.items() if name not in merged.outdated}
        if merged.conflicts or _take(proforma, kept, by):
            return merged
        proforma.refresh_from_db()  # somebody saved between our reading and our writing: look again


@transaction.atomic
def _take(proforma: Proforma, values: dict[str, Any], by: User) -> bool:
    """Writes these values and moves the proforma where they lead, unless somebody has saved since it was fetched (then
    False)."""
    claimed = Proforma.objects.filter(pk=proforma.pk, state=proforma.state, revision=proforma.revision)
    columns = proforma.take(values)
    if not proforma.planned_on:
        proforma.planned_at = None  # a time without its day, which the other has taken away meanwhile
    step = _follow(proforma, by)
    proforma.saved_at = timezone.now()
    columns |= {"planned_at", "state", "saved_at"}
    if not claimed.update(**{name: getattr(proforma, name) for name in columns}, revision=F("revision") + 1):
        return False
    proforma.revision += 1
    if step:
        _record(proforma, step, by)
    return True


def _follow(proforma: Proforma, by: User) -> str | None:
    """Takes the step that follows by itself from what is arranged, and says which; to be saved with the rest."""
    for name, step in STEPS.items():
        if not step.button and not proforma.why_not(name, by):
            proforma.state = step.to
            return name
    return None


def _save(stored: Proforma) -> None:
    stored.revision += 1
    stored.saved_at = timezone.now()
    stored.save()


def _delete_paper(stored: Proforma) -> None:
    """Deletes the file once the change is committed."""
    if name := stored.paper.name:
        storage = stored.paper.storage
        transaction.on_commit(lambda: storage.delete(name))


def _record(proforma: Proforma, what: str, by: User) -> Event:
    return record_event(proforma, what, by=by, role=Role.ECT if by.pk == proforma.induction.ect_id else Role.MENTOR)


# What begins the subject, and the text
MESSAGES = {
    "set_up": (
        "Set up",
        "{by} has set up “{title}”. It says what to look out for, and there is room to write up what comes of it.",
    ),
    "complete": (
        "Read and discuss",
        "{by} has completed “{title}”. Read it before you next meet, and discuss it then.",
    ),
    "cancel": ("Cancelled", "{by} has cancelled “{title}”."),
}


def _tell(proforma: Proforma, what: str, event: Event) -> None:
    """Tells the other of the two, where there is something to tell and somebody to tell it."""
    induction = proforma.induction
    other = induction.mentor if event.by_id == induction.ect_id else induction.ect
    if what not in MESSAGES or other is None:
        return
    begins, text = MESSAGES[what]
    notify(
        event,
        [other],
        subject=f"{begins}: {about(proforma, induction, other)}",
        text=text.format(by=event.by, title=proforma.title),
        path=proforma.get_absolute_url(),
    )
