"""The entries of a learning log, from whatever an ECT does: one table of sources.

A log is small (some hundred entries in two years), so it is made whole, then filtered and cut into pages. Notes of meetings
are never in it: of a meeting only its action steps, with their criteria and where they stand (programme §1).
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time

from django.db import models
from django.db.models import OuterRef, Subquery
from django.utils import timezone

from content.models import Reflection, standard_of
from cycles.audits.models import Audit
from cycles.models import ActionStep
from cycles.workflow import HAPPENED
from people.models import Event, Induction, User

from .models import LearningAction


class Kind(models.TextChoices):
    ACTION_STEP = "action_step", "Action step"
    OWN_ACTION = "own_action", "Own action"
    AUDIT = "audit", "Module audit"
    REFLECTION = "reflection", "Reflection"


@dataclass(frozen=True)
class Entry:
    """One line of the log: when, what, where it stands, and what it is about, as codes of statements and standards."""

    at: datetime  # midnight where only the day is known
    kind: Kind
    title: str
    url: str
    status: str
    colour: str  # of the tag with its status
    words: str = ""
    codes: frozenset[str] = frozenset()
    standards: frozenset[str] = field(default=frozenset())

    @property
    def on(self) -> date:
        return timezone.localdate(self.at)

    @property
    def folded(self) -> bool:
        """Whether its words are many, so that a page shows them on demand."""
        return self.kind == Kind.AUDIT

    @property
    def about(self) -> str:
        """The standards and statements that it is about, in a line; an audit is about more than one can read."""
        codes = [*sorted(self.standards), *([] if self.folded else sorted(self.codes))]
        return f"About {', '.join(codes)}" if codes else ""

    def says(self, words: str) -> bool:
        """Whether each of these words is in it, in capitals or not."""
        text = f"{self.title}\n{self.words}".casefold()
        return all(word in text for word in words.casefold().split())


def _at(on: date, at: datetime | None) -> datetime:
    """The moment, if it was on this day; otherwise only the day is known."""
    if at and timezone.localdate(at) == on:
        return at
    return timezone.make_aware(datetime.combine(on, time.min))


def _moment(model: type[models.Model], what: str) -> Subquery:
    """For a query of this model: when this was done to it."""
    events = Event.objects.filter(subject=model._meta.label_lower, subject_id=OuterRef("pk"), what=what)
    return Subquery(events.values("at")[:1])


def _action_steps(induction: Induction, reader: User) -> Iterator[Entry]:
    """Those of meetings that were held; what was noticed about them is a note, and stays in the meeting."""
    steps = ActionStep.objects.filter(induction=induction, meeting__state__in=HAPPENED).exclude(text="")
    for step in steps.select_related("meeting").prefetch_related("criteria"):
        yield Entry(
            at=_at(step.meeting.day, step.meeting.planned_for),
            kind=Kind.ACTION_STEP,
            title=step.text,
            url=step.meeting.get_absolute_url(),
            status=step.get_state_display(),
            colour=step.colour,
            words="\n".join(f"Success criterion: {criterion.text}" for criterion in step.criteria.all()),
        )


def _own_actions(induction: Induction, reader: User) -> Iterator[Entry]:
    added_at = _moment(LearningAction, "add_learning_action")
    for action in LearningAction.objects.filter(induction=induction).annotate(added_at=added_at):
        lines = [
            f"What for: {action.what_for}" if action.what_for else "",
            f"By: {_day(action.by_when)}" if action.by_when else "",
            f"Done: {_day(action.done_on)}" if action.done_on else "",
        ]
        yield Entry(
            at=_at(action.added_on, action.added_at),
            kind=Kind.OWN_ACTION,
            title=action.text,
            url=action.get_absolute_url(),
            status=action.get_state_display(),
            colour=action.colour,
            words="\n".join(filter(None, lines)),
            codes=frozenset(action.codes),
            standards=frozenset(filter(None, [action.standard, *map(standard_of, action.codes)])),
        )


def _audits(induction: Induction, reader: User) -> Iterator[Entry]:
    """Each rating that is complete, with the statements and how they were rated."""
    moments = {f"{moment}_at": _moment(Audit, f"complete_{moment}") for moment in ("start", "end")}
    for audit in Audit.objects.filter(induction=induction, start_on__isnull=False).annotate(**moments):
        codes = frozenset(audit.codes())
        for moment, on, _ in reversed(audit.completed()):
            rated = [(rating.statement, getattr(rating, moment)) for rating in audit.ratings()]
            yield Entry(
                at=_at(on, getattr(audit, f"{moment}_at")),
                kind=Kind.AUDIT,
                title=f"{audit.title}: {moment} of the module",
                url=audit.get_absolute_url(),
                status="Rated",
                colour="green",
                words="\n".join(f"{words or 'Not rated'}: {statement}" for statement, words in rated),
                codes=codes,
                standards=frozenset(map(standard_of, codes)),
            )


def _reflections(induction: Induction, reader: User) -> Iterator[Entry]:
    """Those of which the reader may know; a mentor reads the words of one that was shared only after opening it."""
    reflections = Reflection.objects.visible_to(reader).filter(induction=induction).exclude(text="").for_list()
    for reflection in reflections.prefetch_related("section__statements").order_by("-begun_at", "-pk"):
        reflection.induction = induction
        codes = frozenset(statement.code for statement in reflection.section.statements.all())
        yield Entry(
            at=reflection.begun_at,
            kind=Kind.REFLECTION,
            title=str(reflection),
            url=reflection.get_absolute_url(),
            status=reflection.get_state_display(),
            colour=reflection.colour,
            words=reflection.text if reflection.may(reader, "read") else "",
            codes=codes,
            standards=frozenset(map(standard_of, codes)),
        )


def _day(on: date) -> str:
    return f"{on.day} {on:%B %Y}"


# Where entries come from, each the newest first. Who reads the log is given, since some things are in it only for the ECT
# until they are shared.
SOURCES: list[Callable[[Induction, User], Iterable[Entry]]] = [_action_steps, _own_actions, _audits, _reflections]


def log_of(induction: Induction, reader: User) -> list[Entry]:
    """All that is in an ECT's log for this reader, the newest first; of one moment in the order of the sources."""
    entries = [entry for source in SOURCES for entry in source(induction, reader)]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)
