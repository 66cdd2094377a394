"""What is done with a module's audit: begun, rated, completed at either end.

Its events belong to no induction, so that they stay off every page that others read; neither an event nor a message says what
was rated.
"""

from typing import Any

from django.db import transaction
from django.utils import timezone

from content.models import Module, Programme
from content.reading import programme_of
from content.sections import UNANSWERED
from people.actions import Refused, Stale, claim, notify, record_event
from people.models import Event, Induction, User
from people.permissions import Role, allowed

from .models import Audit
from .permissions import RULES
from .workflow import STEPS


def modules_of(induction: Induction):
    """The modules of the programme that an induction follows."""
    programme = programme_of(induction, list(Programme.objects.current()))
    return Module.objects.current().filter(programme=programme)


@transaction.atomic
def begin(induction: Induction, module: Module, *, by: User) -> Audit:
    """An audit of the module, with its own copy of the statements; the one that is there already, if there is.

    Refused: anybody but the ECT, a module of a programme that the ECT does not follow, and one that has no audit.
    """
    if not allowed(by.places.roles_in(induction), RULES["begin"], ""):
        raise Refused("Only the ECT begins the audit of a module.")
    Induction.objects.select_for_update(no_key=True).get(pk=induction.pk)  # two clicks take turns
    if there := induction.audits.filter(module=module).first():
        return there
    if not modules_of(induction).contains(module):
        raise Refused("This module is not in the programme that you follow.")
    template = module.audit
    if template is None or template.retired:
        raise Refused("This module has no audit.")
    audit = Audit.objects.create(
        induction=induction,
        module=module,
        template=template,
        title=template.title,
        introduction=template.introduction,
        sections=template.copy(),
    )
    record_event(audit, "begin_audit", by=by, role=Role.ECT)
    return audit


@transaction.atomic
def rate(audit: Audit, moment: str, answers: dict[str, Any], *, revision: int | None, by: User) -> Audit:
    """Saves what was rated so far at the start or at the end (`moment`); those that are not among `answers` stay as they are.

    `revision` is that of the page. Raises Stale when something else was saved since, in another window. Refused once the
    rating is complete.
    """
    stored = Audit.objects.select_for_update(no_key=True, of=["self"]).select_related("induction").get(pk=audit.pk)
    if not stored.may(by, "rate") or stored.state != moment:
        raise Refused("This rating has been completed in the meantime, so it is kept as it was.")
    was = stored.answers(moment)
    changes = {
        key: answer
        for key, answer in answers.items()
        if answer != was.get(key) and not (answer in UNANSWERED and was.get(key) in UNANSWERED)
    }
    if not changes:
        return stored
    if revision != stored.revision:
        raise Stale(stored)
    was |= changes
    stored.saved_at, stored.revision = timezone.now(), stored.revision + 1
    stored.save(update_fields=["start_answers", "end_answers", "saved_at", "revision"])
    return stored


@transaction.atomic
def take_step(audit: Audit, name: str, *, by: User) -> Event:
    """Completes the start or the end, and tells the mentor.

    Refused, with the reason in words: another person's step, another state's, statements that are not rated yet, or an audit
    that has changed since it was fetched (the row is claimed by its revision, so a double click counts once).
    """
    if why := audit.why_not(name, by):
        raise Refused(why)
    today, step = timezone.localdate(), STEPS[name]
    dated = {"complete_start": {"start_on": today}, "complete_end": {"end_on": today}}[name]
    claim(audit, state=step.to, **dated)
    event = record_event(audit, name, by=by, role=Role.ECT)
    mentor = audit.induction.mentor
    notify(
        event,
        [mentor] if mentor else [],
        subject=f"{audit.get_state_display()}: {audit}, {audit.induction.ect}",
        text=f"{by} has {step.done} of a module: {audit.title}. It may help you to choose what to work on together.",
        path=audit.get_absolute_url(),
    )
    return event
