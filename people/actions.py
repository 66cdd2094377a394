"""What is done to people and posts, how an event is written down, and how somebody is told of it."""

import logging
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives
from django.db import models, transaction
from django.db.models import F, Q
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.text import Truncator
from django_q.tasks import async_task

from .governed import Governed
from .models import Event, Induction, Ledger, Notice, Post, School, Term, User
from .permissions import HELD_AT, Role

CLAIM = timedelta(
    seconds=120
)  # the queue stops a worker that takes longer, and gives its message to another after that

ONE_AT_A_TIME = frozenset({Role.MENTOR, Role.TUTOR, Role.HEAD})  # parts that one person plays for an ECT or at a school

log = logging.getLogger("ectprogramme.people")


class Refused(Exception):
    """An action that cannot be done. The message says why, to the person who tried."""


class Stale(Exception):
    """Something else was saved since the page was made, by somebody or in another window. `stored` is the row as it is now."""

    def __init__(self, stored: Any) -> None:
        self.stored = stored
        super().__init__("This has changed since you opened it. Read it again, then decide.")


def claim(thing: Governed, **facts: Any) -> None:
    """Changes the row of `thing` and counts its revision up. Refused when somebody has moved or changed it since it was
    fetched, so that a double click counts once."""
    rows: Any = type(thing)._default_manager
    unchanged = rows.filter(pk=thing.pk, state=thing.state, revision=thing.revision)
    if not unchanged.update(**facts, revision=F("revision") + 1):
        raise Refused(f"This {thing.called} has changed since you opened it. Read it again, then decide.")
    thing.refresh_from_db(fields=[*facts, "revision"])


@transaction.atomic
def add_person(email: str, name: str, password: str | None = None) -> User:
    """A user whose email address counts as confirmed, since somebody who knows them typed it."""
    user = User.objects.create_user(email, password, name=name)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


@transaction.atomic
def appoint(user: User, role: Role, place: models.Model | None, *, starts_on: date, by: User | None) -> Post:
    """Gives a person a role at a place from a day on; a mentor, tutor or headteacher takes over from the one before, whose
    last day is then the day before.

    Refused: a part that somebody takes from the same or a later day; being one's own mentor or tutor (RECT) or, while the
    induction lasts, one's own headteacher; mentor and induction tutor of the same ECT in one person (G ¶2.42 to ¶2.45);
    two parts of which one judges what the other has done (`_refuse_to_judge_oneself`).
    """
    _refuse_to_judge_oneself(user, role, place, Q(ends_on__isnull=True) | Q(ends_on__gte=starts_on))
    if role == Role.HEAD and isinstance(place, School):
        School.objects.select_for_update(no_key=True).get(pk=place.pk)
        own = Induction.objects.filter(ect=user, school=place)
        if own.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=starts_on)).exists():
            raise Refused("An ECT cannot be headteacher of the school of their own induction.")
    post = Post(user=user, role=role, starts_on=starts_on)
    induction = None
    if isinstance(place, Induction):
        induction = Induction.objects.select_for_update(no_key=True).get(pk=place.pk)
        if induction.ect_id == user.pk:
            raise Refused("An ECT cannot be their own mentor or induction tutor.")
        others = induction.posts.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=starts_on))
        if others.exclude(role=role).filter(user=user).exists():
            raise Refused("The mentor and the induction tutor of an ECT must be two people.")
    if role in ONE_AT_A_TIME:
        before = Post.objects.filter(role=role, **{HELD_AT[role]: place}).exclude(ends_on__lt=starts_on)
        if before.filter(starts_on__gte=starts_on).exists():
            raise Refused("Somebody already takes on this part on or after that day.")
        before.update(ends_on=starts_on - timedelta(days=1))
    if place is not None:
        setattr(post, HELD_AT[role], place)
    post.save()
    record_event(post, "appoint", by=by, induction=induction, detail={"user": user.pk, "role": role})
    return post


def _refuse_to_judge_oneself(user: User, role: Role, place: models.Model | None, lasting: Q) -> None:
    """A headteacher signs assessments, so a mentor of the school is not one (G ¶2.55); an appropriate body's officer decides
    about inductions, and has no part in any that it assures. `lasting` is about the last day of a post or an induction."""
    if place is None:
        return
    concerned = Induction.objects.filter(
        lasting, **({"pk": place.pk} if isinstance(place, Induction) else {HELD_AT[role]: place})
    )
    held = user.posts.filter(lasting).filter(
        Q(induction__in=concerned) | Q(school__inductions__in=concerned) | Q(appropriate_body__inductions__in=concerned)
    )
    parts = {role, *held.values_list("role", flat=True)}
    if concerned.filter(ect=user).exists():
        parts.add(Role.ECT)
    if {Role.HEAD, Role.MENTOR} <= parts:
        raise Refused("The headteacher signs assessments, so a mentor at the school must be somebody else.")
    if Role.AB_OFFICER in parts and parts != {Role.AB_OFFICER}:
        raise Refused("An appropriate body’s officer can have no part in an induction that it assures.")


@transaction.atomic
def add_term(
    school: School, name: str, starts_on: date, ends_on: date, half_term: tuple[date, date] | None = None
) -> Term:
    """A term of a school's calendar; half term by its first and last day.

    Refused: a name that the school has already, days out of order, and days that are in another of its terms.
    """
    School.objects.select_for_update(no_key=True).get(pk=school.pk)
    term = Term(school=school, name=name, starts_on=starts_on, ends_on=ends_on)
    term.half_term_starts_on, term.half_term_ends_on = half_term or (None, None)
    try:
        term.full_clean()
    except ValidationError as why:
        raise Refused(" ".join(why.messages)) from None
    term.save()
    return term


@transaction.atomic
def end_post(post: Post, *, on: date, by: User | None) -> None:
    """Ends a part that somebody plays; `on` is its last day.

    Refused: a day before the first, and one after an end that is set already, as another may have taken over.
    """
    post.refresh_from_db(from_queryset=Post.objects.select_for_update(no_key=True))
    if on < post.starts_on:
        raise Refused("A part cannot end before it starts.")
    if post.ends_on and on > post.ends_on:
        raise Refused("This part already ends before that day.")
    post.ends_on = on
    post.save(update_fields=["ends_on"])
    detail = {"user": post.user_id, "role": post.role, "on": on.isoformat()}
    record_event(post, "end_post", by=by, induction=post.induction, detail=detail)


@transaction.atomic
def close_account(user: User, *, by: User | None) -> None:
    """Signs a person out everywhere and for good. What they wrote and signed keeps their name, and no mail reaches them."""
    user.is_active = False
    user.save(update_fields=["is_active"])
    for session in UserSession.objects.filter(user=user):
        session.end()
    record_event(user, "close_account", by=by)


def record_event(
    about: models.Model,
    what: str,
    *,
    by: User | None,
    role: str = "",
    induction: Induction | None = None,
    detail: dict[str, Any] | None = None,
) -> Event:
    """Adds a row to the list of events, chained to the one before. Call it inside the transaction of what it tells."""
    ledger = Ledger.objects.select_for_update(no_key=True).get_or_create(pk=1)[0]
    event = Event(
        number=ledger.number + 1,
        by=by,
        role=role,
        what=what,
        subject=about._meta.label_lower,
        subject_id=about.pk,
        induction=induction,
        detail=detail or {},
        previous=ledger.digest,
    )
    event.digest = event.computed_digest()
    event.save(force_insert=True)
    Ledger.objects.filter(pk=ledger.pk).update(number=event.number, digest=event.digest)
    return event


def broken_events() -> Iterator[str]:
    """Every place where the list of events is not as it was written; nothing when all is well."""
    number, previous = 0, ""
    for event in Event.objects.order_by("number").iterator():
        if event.number != number + 1:
            yield f"Events {number + 1} to {event.number - 1} are missing."
        elif event.previous != previous or event.digest != event.computed_digest():
            yield f"Event {event.number} ({event.what}, {event.at:%d %B %Y}) is not as it was written."
        number, previous = event.number, event.digest
    ledger = Ledger.objects.get_or_create(pk=1)[0]
    if (ledger.number, ledger.digest) != (number, previous):
        yield f"The last event should be number {ledger.number}, but it is number {number}."


def notify(event: Event, people: list[User], *, subject: str, text: str, path: str) -> None:
    """Writes a message for each person and has the worker send it once what it tells of is committed.

    Whoever's account is closed gets none. The subject is made one line: no mail can be sent with a line break in it.
    """
    subject = Truncator(" ".join(subject.split())).chars(Notice.LONGEST_SUBJECT)
    for person in dict.fromkeys(person for person in people if person.is_active):
        notice = Notice.objects.create(event=event, to=person, subject=subject, text=text, path=path)
        # enqueued in the same transaction: the queue is a table of this database
        async_task("people.tasks.send_notice", notice.pk)


def send(notice_id: int) -> bool:
    """Sends a message unless it was sent, or another worker has it in hand. Safe to run twice; says whether it sent.

    Whoever's account was closed in the meantime gets none.
    """
    now = timezone.now()
    claimed = Notice.objects.filter(
        Q(claimed_at__isnull=True) | Q(claimed_at__lt=now - CLAIM), pk=notice_id, sent_at__isnull=True
    ).update(claimed_at=now)
    if not claimed:
        return False
    notice = Notice.objects.select_related("to").get(pk=notice_id)
    if not notice.to.is_active:
        return False
    context = {"notice": notice, "link": settings.SITE_URL + notice.path}
    message = EmailMultiAlternatives(
        notice.subject, render_to_string("emails/notice.txt", context), to=[notice.to.email]
    )
    message.attach_alternative(render_to_string("emails/notice.html", context), "text/html")
    try:
        message.send()
    except Exception:
        Notice.objects.filter(pk=notice_id).update(claimed_at=None)  # the queue will try again
        raise
    Notice.objects.filter(pk=notice_id).update(sent_at=timezone.now())
    return True
