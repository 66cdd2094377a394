"""What is done with an ECT's own action: added, changed, done.

Its events belong to no induction, so that they stay off every page that others read, and say nothing of what was written.
"""

from typing import Any

from django.db import transaction
from django.utils import timezone

from cycles.audits.models import Audit
from people.actions import Refused, Stale, claim, record_event
from people.models import Event, Induction, User
from people.permissions import Role, allowed

from .models import LearningAction
from .permissions import RULES
from .workflow import STEPS


@transaction.atomic
def add(
    induction: Induction, written: dict[str, Any], *, by: User, audit: Audit | None = None, section: str = ""
) -> LearningAction:
    """An action of the ECT's own; `audit` and `section` (a key) say from which statement it comes.

    The very same one, still to do and added today, is not added again: so a double click counts once. Refused to
    everybody but the ECT.
    """
    if not allowed(by.places.roles_in(induction), RULES["add"], ""):
        raise Refused("Only the ECT adds actions to their learning log.")
    Induction.objects.select_for_update(no_key=True).get(pk=induction.pk)  # two clicks take turns
    facts = {**written, "audit": audit, "section": section}
    if same := induction.learning_actions.filter(added_on=timezone.localdate(), revision=0, **facts).first():
        return same
    sections = audit.sections if audit else []
    codes: list[str] = next((one["statements"] for one in sections if one["key"] == section), [])
    action = LearningAction.objects.create(induction=induction, codes=codes, **facts)
    record_event(action, "add_learning_action", by=by, role=Role.ECT)
    return action


@transaction.atomic
def change(action: LearningAction, written: dict[str, Any], *, revision: int | None, by: User) -> LearningAction:
    """Other words, another day. Raises Stale when something else was saved since the page was made. Refused once it is done."""
    stored = (
        LearningAction.objects.select_for_update(no_key=True, of=["self"]).select_related("induction").get(pk=action.pk)
    )
    if not stored.may(by, "write"):
        raise Refused("This action is done, so it cannot be changed. Open it again first.")
    if stored.written() == written:
        return stored
    if revision != stored.revision:
        raise Stale(stored)
    for name, value in written.items():
        setattr(stored, name, value)
    stored.saved_at, stored.revision = timezone.now(), stored.revision + 1
    stored.save(update_fields=[*written, "saved_at", "revision"])
    return stored


@transaction.atomic
def take_step(action: LearningAction, name: str, *, by: User, revision: int | None = None) -> Event:
    """Done, or to be done again. Refused, with the reason in words: another person's step, and one that is taken already.
    Raises Stale when it has changed since the page was made (`revision`)."""
    if why := action.why_not(name, by):
        raise Refused(why)
    if revision is not None and revision != action.revision:
        raise Stale(action)
    step = STEPS[name]
    claim(action, state=step.to, done_on=timezone.localdate() if name == "finish" else None)
    return record_event(action, f"{name}_learning_action", by=by, role=Role.ECT)
