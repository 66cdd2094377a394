"""What is done to reports: planned, moved by a step, signed, and made into a record."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.formats import date_format
from django_q.tasks import async_task

from content.models import Standard
from people.actions import Refused, Stale, claim, notify, record_event
from people.models import Event, Induction, Post, User
from people.permissions import HELD_AT, Role

from . import questions
from .calendar import Schedule, schedule
from .models import Concern, Record, Review, Signature, Statement, Target, TargetOutcome
from .workflow import FINISHED, STEPS, TOLD, State, next_step


def calendar_of(induction: Induction) -> Schedule:
    """When this induction's reports fall, from its start, working patterns, school terms and appropriate body."""
    return schedule(
        starts_on=induction.starts_on,
        patterns=[(pattern.starts_on, pattern.fte) for pattern in induction.patterns.all()],
        terms=list(induction.school.terms.all()),
        days_before_end=induction.appropriate_body.due_days_before_term_end,
    )


@transaction.atomic
def plan_reviews(induction: Induction) -> int:
    """Brings the reports of an induction in line with its calendar; says how many it added, moved or removed.

    Reports that the ECT has seen never move, taken back to draft or not, and a draft keeps what was typed (R6). A draft for
    a term that has no report any more goes, unless somebody has saved a word in it: then it stays as it is. What moves
    counts as a new revision, so that nobody releases the dates of before. Safe to run twice.
    """
    slots = calendar_of(induction).slots
    existing = {review.number: review for review in induction.reviews.select_for_update(no_key=True)}
    without_slot = [existing[number] for number in existing.keys() - {slot.number for slot in slots}]
    unwanted = [review.pk for review in without_slot if not (review.was_seen_by_ect or review.is_begun)]
    Review.objects.filter(pk__in=unwanted).delete()
    changed = len(unwanted)
    for slot in slots:
        facts = {
            "kind": slot.kind.value,
            "term_name": slot.term_name,
            "period_from": slot.period_from,
            "period_to": slot.period_to,
            "due_on": slot.due_on,
            "why": slot.why,
            "fte": slot.fte,
            "served_terms": str(slot.served),
        }
        review = existing.get(slot.number)
        if review is None:
            Review.objects.create(induction=induction, number=slot.number, **facts)
            changed += 1
        elif not review.was_seen_by_ect and any(getattr(review, name) != fact for name, fact in facts.items()):
            Review.objects.filter(pk=review.pk).update(**facts, revision=F("revision") + 1)
            changed += 1
    return changed


CHANGED = "This report has changed since you opened it. Read it again, then decide."


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What was sent of a report that is being written, and the revision that it was written on. The rest stays as it is."""

    revision: int
    answers: dict[str, Any]  # by column
    concerns: list[dict[str, Any]] | None  # all rows, or None when they stay as they are
    targets: list[dict[str, Any]] | None
    outcomes: list[TargetOutcome] | None
    statements: dict[Standard, str]


@transaction.atomic
def save_draft(review: Review, draft: Draft, *, by: User) -> None:
    """Writes what was sent if nobody saved the report since: `Stale` otherwise, and nothing is written.

    Refused: somebody who does not write it, and a report that is not being written.
    """
    _save(review, "edit", draft.answers, revision=draft.revision, by=by)
    if draft.concerns is not None:
        review.concerns.all().delete()
        Concern.objects.bulk_create(Concern(review=review, **row) for row in draft.concerns)
    if draft.targets is not None:
        _save_targets(review, draft.targets)
    if draft.outcomes is not None:
        review.outcomes.all().delete()
        TargetOutcome.objects.bulk_create(draft.outcomes)
    for standard, text in draft.statements.items():
        if text:
            Statement.objects.update_or_create(review=review, standard=standard, defaults={"text": text})
        else:
            review.statements.filter(standard=standard).delete()


def _save_targets(review: Review, rows: list[dict[str, Any]]) -> None:
    """A target stays the same one at its position, since the next report may have told already what became of it."""
    Serves, stored = Target.standards.through, list(review.targets.values_list("pk", "position"))
    if stored:
        Serves.objects.filter(target__in=[pk for pk, _ in stored]).delete()
    if surplus := [pk for pk, position in stored if position >= len(rows)]:
        Target.objects.filter(pk__in=surplus).delete()
    targets = Target.objects.bulk_create(
        (
            Target(review=review, position=position, text=row["text"], review_on=row["review_on"])
            for position, row in enumerate(rows)
        ),
        update_conflicts=True,
        unique_fields=["review", "position"],
        update_fields=["text", "review_on"],
    )
    Serves.objects.bulk_create(
        Serves(target=target, standard=standard)
        for target, row in zip(targets, rows, strict=True)
        for standard in row["standards"]
    )


def save_comment(review: Review, answers: dict[str, Any], *, revision: int, by: User) -> None:
    """Writes what the ECT typed if nobody saved the report since: `Stale` otherwise, and nothing is written.

    Refused: somebody else, and a report that is not at the ECT to comment on.
    """
    _save(review, "comment", answers, revision=revision, by=by)


def _save(review: Review, action: str, answers: dict[str, Any], *, revision: int, by: User) -> None:
    """Claims the row by its revision and writes these columns."""
    if not review.may(by, action):
        raise Refused(CHANGED)
    now = timezone.now()
    as_read = Review.objects.filter(pk=review.pk, state=review.state, revision=revision)
    if not as_read.update(**answers, saved_at=now, revision=F("revision") + 1):
        raise Stale(Review.objects.get(pk=review.pk))
    for name, answer in (answers | {"saved_at": now, "revision": revision + 1}).items():
        setattr(review, name, answer)


@transaction.atomic
def take_step(review: Review, name: str, *, by: User, reason: str = "", revision: int | None = None) -> Event:
    """Moves a report by one step of the table and tells those concerned.

    Refused, with the reason in words: another person's step, another state's, something still missing, or a report that
    somebody moved or changed since `review` was fetched (the row is claimed by its revision, so a double click counts once),
    or since the page was made that shows `revision`.
    """
    if name == "send_back":
        review.return_reason = reason  # not that of a time before
    if why := review.why_not(name, by):
        raise Refused(why)
    if revision not in (None, review.revision):
        raise Refused(CHANGED)
    step, before, now = STEPS[name], review.state, timezone.now()
    facts = {"state": step.arrives(review.is_formal), "saved_at": now}
    if name == "release":
        facts["released"] = questions.content(review)
    if step.new_round:
        facts["round"] = F("round") + 1
    if name == "send_back":
        facts["return_reason"] = reason
    if facts["state"] == State.SUBMITTED:
        facts["submitted_at"] = now
    if facts["state"] == State.REVIEWED:
        facts["reviewed_at"] = now
    claim(review, **facts)
    event = record_event(
        review, name, by=by, role=step.role, induction=review.induction, detail={"from": before, "to": review.state}
    )
    _tell(review, name, event)
    return event


@transaction.atomic
def sign(review: Review, *, by: User, name: str, seen: str) -> Signature:
    """Signs what the person has read. `seen` is the digest of the words on their page; `name` is what they typed.

    Refused beside what `take_step` refuses: words that differ from those read, and a name that is not the signer's. The
    last signature submits the report and freezes its record, whose PDF the worker makes.
    """
    step_name = next((step for step in review.steps_for(by) if STEPS[step].signs), None)
    if step_name is None:
        raise Refused("This report is not waiting for your signature.")
    content = questions.content(review)
    if questions.digest(content) != seen:
        raise Refused("This report has changed since you opened it. Read it again before you sign.")
    if _plain(name) != _plain(by.name):
        raise Refused(f"Type your name as we know it: {by.name}.")
    event = take_step(review, step_name, by=by)
    signature = Signature.objects.create(
        review=review,
        round=review.round,
        role=STEPS[step_name].role,
        by=by,
        name=name.strip(),
        digest=seen,
        event=event,
    )
    if review.state == State.SUBMITTED:
        _freeze(review, content)
    return signature


def _plain(name: str) -> list[str]:
    """A name without case, spacing or the shape of its apostrophe, which phones choose themselves."""
    return name.casefold().replace("’", "'").split()


def _freeze(review: Review, content: dict) -> Record:
    signatures = review.signatures.filter(round=review.round).select_related("by")
    record = Record.objects.create(
        review=review,
        version=review.records.count() + 1,
        content={
            **content,
            "signatures": [
                {
                    "role": row.get_role_display(),
                    "name": row.by.name,
                    "typed": row.name,
                    "at": row.at.isoformat(timespec="seconds"),
                    "digest": row.digest,
                }
                for row in signatures
            ],
        },
    )
    async_task("reviews.tasks.make_pdf", record.pk)
    return record


# What is told of a step. {report} is "your progress review for Spring 2027" to the ECT, and to others names whose it is.
MESSAGES = {
    "release": "{report} is ready for you to read and comment on.",
    "take_back": "{by} has taken back {report} to change it. You will hear when it is ready again.",
    "sign_as_ect": "{ect} has commented on and signed their {kind}.",
    "sign_as_tutor": "{by} has signed {report}.",
    "sign_as_head": "{by} has signed {report}.",
    "accept": "{report} has been reviewed by the appropriate body. You do not need to do anything.",
    "send_back": "The appropriate body has returned {report}. What has to change is on its page.",
}
TO_THE_ECT = {"send_back": " Your induction tutor will change it."}
# What comes next: as those are told whose turn it is, and as the others are.
NEXT = {
    "release": (" It is your turn to change it.", ""),
    "sign_as_tutor": (" It is your turn to sign.", ""),
    "sign_as_head": (" It is your turn to sign.", ""),
    "accept": (" It is for you to review now.", " It has gone to the appropriate body."),
}
# The first words of the subject: by the step that is asked of somebody, and by the one that others are told of.
ASKED = {
    "release": "Returned",
    "comment": "Comment on",
    "sign_as_ect": "Sign",
    "sign_as_tutor": "Sign",
    "sign_as_head": "Sign",
    "accept": "Review",
}
# To those who were asked before: it was taken back or returned since.
AGAIN = {"comment": "Comment again on", "accept": "Review again"}
HAPPENED = {
    "take_back": "Taken back",
    "sign_as_tutor": "Signed",
    "sign_as_head": "Signed",
    "accept": "Reviewed",
    "send_back": "Returned",
}


def _tell(review: Review, name: str, event: Event) -> None:
    """Those whose turn it becomes, and those whom the table of who is told names; the one who did it is not told."""
    if name not in MESSAGES:
        return
    induction, following = review.induction, next_step(review.state, formal=review.is_formal) or ""
    turn = players(induction, {STEPS[following].role} if following else set())
    others = [person for person in players(induction, set(TOLD.get(name, ()))) if person not in turn]
    yours, theirs = NEXT.get(following, ("", ""))
    asked_for = AGAIN.get(following) if review.round > 1 else None
    for people, asked, then in (
        (turn, asked_for or ASKED.get(following), yours),
        (others, HAPPENED.get(name), theirs),
    ):
        for person in people:
            if person != event.by:
                _notify(review, name, event, person, subject=f"{asked}: {review}", then=then)


def _notify(review: Review, name: str, event: Event, person: User, *, subject: str, then: str) -> None:
    """The ECT is spoken to; to others the ECT is named."""
    ect, kind = review.induction.ect, f"{review.get_kind_display().lower()} for {review.term_name}"
    if person == ect:
        report, then = f"your {kind}", TO_THE_ECT.get(name, "") + then
    else:
        report, subject = f"{ect}’s {kind}", f"{subject}, {ect}"
    said = MESSAGES[name].format(report=report, kind=kind, ect=ect, by=event.by)
    notify(
        event,
        [person],
        subject=subject,
        text=f"{said[0].upper()}{said[1:]}{then}{_due(review)}",
        path=review.get_absolute_url(),
    )


def _due(review: Review) -> str:
    if review.state in FINISHED:
        return ""
    verb = "was" if review.due_on < timezone.localdate() else "is"
    return f"\n\nIt {verb} due on {date_format(review.due_on, 'j F Y')}."


def players(induction: Induction, roles: set[Role]) -> list[User]:
    """Everybody who plays one of these parts for the induction today, and whose account is not closed."""
    people = [induction.ect] if Role.ECT in roles and induction.ect.is_active else []
    for role in sorted(roles - {Role.ECT}):
        place = {
            "induction": induction.pk,
            "school": induction.school_id,
            "appropriate_body": induction.appropriate_body_id,
        }
        posts = Post.objects.current().filter(user__is_active=True, role=role, **{HELD_AT[role]: place[HELD_AT[role]]})
        people += [post.user for post in posts.select_related("user").order_by("user__name")]
    return people
