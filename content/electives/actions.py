"""What is done to choose an elective: proposed, agreed to, exchanged for another, declined, withdrawn.

Its events belong to no induction, so that they stay off every page that others read, and neither an event nor a message has
the reason.
"""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from content.models import ElectiveChoice, Programme, Study
from content.reading import programme_of
from content.years import programme_year
from people.actions import Refused, Stale, notify, record_event
from people.models import Event, Induction, User
from people.permissions import allowed
from people.turns import about

from .permissions import RULES
from .workflow import CHANGES, CLOSES, OPEN, STEPS, WAITS, State


def electives_of(induction: Induction):
    """The electives of year 1 in the programme that an induction follows, by module and in their order there."""
    programme = programme_of(induction, list(Programme.objects.current()))
    electives = Study.objects.current().filter(
        kind=Study.Kind.ELECTIVE, module__year=1, module__retired=False, module__programme=programme
    )
    return electives.order_by("module", "position", F("number").asc(nulls_last=True), "pk")


@transaction.atomic
def propose(induction: Induction, study: Study, reason: str, *, by: User) -> ElectiveChoice:
    """The ECT puts an elective forward; the mentor is told. Of two clicks the second finds what the first has made.

    Refused: anybody but the ECT, and after year 1.
    """
    if not allowed(by.places.roles_in(induction), RULES["begin"], ""):
        raise Refused("Only the ECT proposes an elective.")
    if programme_year(induction, timezone.localdate()).number != 1:
        raise Refused("Electives belong to year 1 of the programme.")
    Induction.objects.select_for_update(no_key=True).get(pk=induction.pk)  # two clicks take turns
    there = ElectiveChoice.objects.filter(induction=induction, study=study, state__in=OPEN).first()
    if there:
        if there.reason == reason:
            return there
        raise Refused("This elective is already on your list.")
    choice = ElectiveChoice.objects.create(induction=induction, study=study, reason=reason)
    _record(choice, "propose", by)
    return choice


@transaction.atomic
def take_step(
    choice: ElectiveChoice,
    name: str,
    *,
    by: User,
    revision: int | None = None,
    study: Study | None = None,
    words: str = "",
) -> Event | None:
    """Moves a choice by one step of the table and tells the other of the two.

    `study` and `words` go with "propose" and "suggest": which elective instead, and why; `words` alone with a step that
    closes it. Refused, with the reason in words: another person's step, another state's, an elective that is begun or on the
    list already, and not to agree without a reason. Raises Stale when the choice
    has changed since the page was made (`revision`) or, without one, since it was fetched; the second of two clicks that
    sent the same words finds them there, and nobody is told again.
    """
    seen = choice.revision if revision is None else revision
    values = _written(name, study, words, by)
    if choice.revision == seen + 1 and choice.roles_of(by) & STEPS[name].who and _is_there(choice, name, values):
        return None
    if why := choice.why_not(name, by):
        raise Refused(why)
    if name in CHANGES:
        if not (study and words):
            raise Refused("Choose an elective and say why.")
        # whoever changes this list takes turns
        Induction.objects.select_for_update(no_key=True).get(pk=choice.induction_id)
        same = ElectiveChoice.objects.filter(induction=choice.induction, study=study, state__in=OPEN)
        if same.exclude(pk=choice.pk).exists():
            raise Refused("This elective is already on your list.")
    elif STEPS[name].to == State.DECLINED and not words.strip():
        raise Refused("Say why you do not agree.")
    claimed = ElectiveChoice.objects.filter(pk=choice.pk, state=choice.state, revision=seen)
    if not claimed.update(state=STEPS[name].to, revision=F("revision") + 1, state_at=timezone.now(), **values):
        stored = ElectiveChoice.objects.for_list().get(pk=choice.pk)
        if _is_there(stored, name, values):
            return None
        raise Stale(stored)
    choice.refresh_from_db(
        fields=["study", "state", "reason", "word", "last_word", "closed_by", "state_at", "revision"]
    )
    return _record(choice, name, by)


def _written(name: str, study: Study | None, words: str, by: User) -> dict[str, Any]:
    """What a step writes besides the state."""
    if name in CHANGES:
        return {"study": study, "reason" if name == "propose" else "word": words}
    return {"last_word": words, "closed_by": by} if name in CLOSES else {}


def _is_there(choice: ElectiveChoice, name: str, values: Mapping[str, Any]) -> bool:
    return choice.state == STEPS[name].to and all(getattr(choice, key) == value for key, value in values.items())


def _record(choice: ElectiveChoice, name: str, by: User) -> Event:
    detail = {"study": choice.study.slug}
    event = record_event(choice, f"{name}_elective", by=by, role=choice.role_of(by), detail=detail)
    why = " The page says why." if choice.state == State.DECLINED else ""
    if other := choice.other_than(by):
        _, asked = WAITS.get(State(choice.state), (None, f"Elective {choice.get_state_display().lower()}"))
        notify(
            event,
            [other],
            subject=f"{asked}: {about(choice, choice.induction, other)}",
            text=f"{by} {STEPS[name].done}: “{choice}”.{why}",
            path=choice.get_absolute_url(),
        )
    return event
