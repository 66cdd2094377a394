"""Mentoring: meetings of mentor and ECT, what they agree on, and the action steps that come of them."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, TruncDate
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.text import Truncator

from content.answers import seen as digests
from content.sections import ACTION_SECTION, UNANSWERED
from ectprogramme.clock import clock
from people.governed import Governed
from people.models import Induction, Post, User
from people.permissions import Role, reach
from people.terms import WEEK
from people.turns import Turn

from .audits.models import Audit as Audit
from .learning.models import LearningAction as LearningAction
from .permissions import RULES
from .workflow import HAPPENED, PAIR, STEPS, State

MOST_STEPS = 3  # action steps of one meeting (`003`)
EARLIEST = timedelta(days=60)  # so long before an induction begins the two can meet: before the summer holidays

Written = dict[str, Any]


def _as_it_is(value: Any) -> Any:
    return value


def _day(value: date | None) -> str:
    return value.isoformat() if value else ""


def _moment(value: datetime | None) -> str:
    return timezone.localtime(value).strftime("%Y-%m-%d %H:%M") if value else ""


def _aware(text: str) -> datetime | None:
    return timezone.make_aware(datetime.strptime(text, "%Y-%m-%d %H:%M")) if text else None


# What a meeting's page carries of the meeting itself. Keys of sections have no hyphens, so these cannot meet them.
#        block           column          to JSON    from JSON
ABOUT: list[tuple[str, str, Callable[[Any], Any], Callable[[Any], Any]]] = [
    ("about-focus", "focus", _as_it_is, str),
    ("about-place", "place", _as_it_is, str),
    ("about-minutes", "minutes", _as_it_is, _as_it_is),
    ("about-held", "held_on", _day, parse_date),
    ("follow-up", "follow_up_at", _moment, _aware),
]


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def visible_to(self, user: User) -> "MeetingQuerySet":
        """The meetings of which this person may know; `may(user, "read")` says whether to show the notes."""
        return self.filter(reach(user.places, RULES["see"]))

    def latest_first(self) -> "MeetingQuerySet":
        """By the day on which they were held; those that were not, by the day that is planned."""
        on_day = Coalesce("held_on", TruncDate("planned_for"))
        return self.annotate(on_day=on_day).order_by("-on_day", "-planned_for", "-pk")

    def before(self, meeting: "Meeting") -> "MeetingQuerySet":
        """Those that come after this one in `latest_first`, from which both are."""
        same_day = Q(on_day=meeting.on_day)
        return self.filter(
            Q(on_day__lt=meeting.on_day)
            | same_day & Q(planned_for__lt=meeting.planned_for)
            | same_day & Q(planned_for=meeting.planned_for, pk__lt=meeting.pk)
        )

    def waiting_on(self, user: User) -> "MeetingQuerySet":
        """Those that this person has to hold or to agree, and those whose follow-up is still to come, so that cover can be
        arranged for it, unless a later meeting has already said what became of each of their action steps."""
        steps = ActionStep.objects.filter(meeting=OuterRef("pk"))
        to_follow_up = Q(state__in=HAPPENED, follow_up_at__date__gte=timezone.localdate()) & (
            Exists(steps.filter(state=ActionStep.State.ACTIVE)) | ~Exists(steps)
        )
        condition = to_agree = Q(pk__in=())
        for role in sorted(PAIR):
            agreed, own = Exists(Agreement.objects.filter(meeting=OuterRef("pk"), role=role)), user.places.reach(role)
            condition |= own & (Q(state=State.PLANNED) | to_follow_up)
            to_agree |= own & Q(~agreed, state=State.HELD)
        mentors = Post.objects.current().filter(induction=OuterRef("induction"), role=Role.MENTOR)
        to_see = steps.filter(state=ActionStep.State.ACTIVE).exclude(text="").order_by("position")
        found = self.filter(condition | to_agree).annotate(
            to_agree=to_agree,
            mentor_name=Subquery(mentors.values("user__name")[:1]),
            step_to_see=Subquery(to_see.values("text")[:1]),
        )
        return found.order_by("planned_for", "pk")


class Meeting(Governed):
    """One meeting: what was asked (copied from a template when it was planned), what the two wrote, and its dates.

    The notes (`answers`) are for ECT and mentor; `focus` and the dates are what tutor and headteacher see too.
    """

    class Kind(models.TextChoices):
        WEEKLY = "weekly", "Weekly meeting"
        INTERACTION = "interaction", "Mentor interaction of a development cycle"

    induction = models.ForeignKey(Induction, models.PROTECT, related_name="meetings")
    kind = models.CharField(max_length=20, choices=Kind.choices, default=Kind.WEEKLY)
    cycle_step = models.ForeignKey("content.CycleStep", models.PROTECT, null=True, blank=True, related_name="meetings")
    title = models.CharField(max_length=200)
    introduction = models.TextField(blank=True)
    sections = models.JSONField(default=list)
    answers = models.JSONField(default=dict, blank=True)

    planned_for = models.DateTimeField()
    place = models.CharField(max_length=140, blank=True)
    focus = models.CharField(max_length=200, blank=True)
    held_on = models.DateField(null=True, blank=True)
    minutes = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(600)]
    )
    follow_up_at = models.DateTimeField(null=True, blank=True)

    state = models.CharField(max_length=20, choices=State.choices, default=State.PLANNED)
    cancel_reason = models.TextField(blank=True)
    revision = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField(null=True)

    on_day: date  # of rows that `latest_first` fetched

    # Of rows that `waiting_on` fetched for a person: whether they have to agree it, with whom an ECT meets, and the first
    # action step that its follow-up is about
    to_agree = False
    mentor_name: str | None = None
    step_to_see: str | None = None

    rules, table, called = RULES, STEPS, "meeting"
    not_yours = "This step is for the ECT and the mentor."

    objects = MeetingQuerySet.as_manager()

    class Meta:
        ordering = ["-planned_for", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="meeting_has_a_known_state"),
            models.CheckConstraint(
                condition=Q(kind="weekly", cycle_step__isnull=True) | Q(kind="interaction", cycle_step__isnull=False),
                name="meeting_is_an_interaction_of_its_cycle_step",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=sorted(HAPPENED)) | Q(held_on__isnull=False), name="meeting_held_on_a_day"
            ),
            models.CheckConstraint(
                condition=Q(state=State.CANCELLED) | Q(cancel_reason=""), name="only_a_cancelled_meeting_says_why"
            ),
            models.CheckConstraint(
                condition=Q(minutes__isnull=True) | Q(minutes__gt=0), name="meeting_takes_some_minutes"
            ),
        ]
        indexes = [
            models.Index(fields=["induction", "planned_for", "id"], name="meetings_by_date"),
            models.Index(fields=["induction", "state"], name="meetings_by_state"),
        ]

    def __str__(self) -> str:
        return f"{self.title}, {self.day.day} {self.day:%B %Y}"

    def get_absolute_url(self) -> str:
        return reverse("cycles:meeting", args=[self.pk])

    @property
    def day(self) -> date:
        """When it was held; before that, when it is planned."""
        return self.held_on or timezone.localdate(self.planned_for)

    @property
    def presumed_day(self) -> date | None:
        """When it was held if nobody says otherwise; none before the planned day."""
        planned = timezone.localdate(self.planned_for)
        return planned if planned <= timezone.localdate() else None

    @property
    def arranged(self) -> str:
        """A digest of what moving it replaces: when and where, and the day on which it was held."""
        held_on = self.held_on.isoformat() if self.held_on else ""
        return digests({"": [timezone.localtime(self.planned_for).isoformat(), self.place, held_on]})[""]

    @property
    def has_happened(self) -> bool:
        return self.state in HAPPENED

    @property
    def colour(self) -> str:
        """Of the tag with its state."""
        return {State.PLANNED: "blue", State.HELD: "yellow", State.AGREED: "green"}.get(State(self.state), "grey")

    # Who may do what

    def part_of(self, user: User) -> Role | None:
        """Whether this person is here as ECT or as mentor."""
        return next(iter(user.places.roles_in(self.induction) & PAIR), None)

    def other(self, user: User) -> User | None:
        """The one with whom this person meets; None while the ECT has no mentor."""
        return self.induction.mentor if self.part_of(user) == Role.ECT else self.induction.ect

    @cached_property
    def agreed_by(self) -> dict[Role, "Agreement"]:
        return {Role(row.role): row for row in self.agreements.all()}

    def has_taken(self, name: str, user: User) -> bool:
        """Whether this person has taken a step that each of the two takes."""
        return STEPS[name].each and self.part_of(user) in self.agreed_by

    def steps_for(self, user: User) -> list[str]:
        return [name for name in super().steps_for(user) if not self.has_taken(name, user)]

    def why_not(self, name: str, user: User) -> str:
        why = super().why_not(name, user)
        return "You have agreed already." if not why and self.has_taken(name, user) else why

    def turn_for(self, user: User) -> Turn | None:
        """What this person has to do next, or a follow-up to keep in mind; None when the next step is the other's. Of what was
        written it says only which action step the follow-up is about, as far as there is room. A meeting is to be held on
        the day for which it is planned, and to be agreed within a week of the day on which it was held.

        Asked of rows that `waiting_on` fetched, which knows whether a follow-up still has an action step to look at.
        """
        part = self.part_of(user)
        if part is None:
            return None
        other = self.mentor_name if part == Role.ECT else self.induction.ect
        with_whom = f", with {other}" if other else ""
        about, url = f"{self}{with_whom}", self.get_absolute_url()
        if self.state == State.PLANNED:
            return Turn("Hold your meeting", about, url, self.day)
        if self.to_agree:
            return Turn("Agree your meeting", about, url, self.day + WEEK)
        return self._follow_up(with_whom) if self.state in HAPPENED else None

    def _follow_up(self, with_whom: str) -> Turn | None:
        """Until its day is over: a lesson that the mentor comes to see, as a date to keep in mind."""
        if not self.follow_up_at or (day := timezone.localdate(self.follow_up_at)) < timezone.localdate():
            return None
        step = f": “{Truncator(self.step_to_see).words(12)}”" if self.step_to_see else ""
        return Turn(
            f"See your meeting of {date_format(self.day, 'j F')}",
            f"Follow-up observation at {clock(self.follow_up_at)}{with_whom}{step}",
            self.get_absolute_url(),
            day,
            only_a_date=True,
        )

    # What is written in it

    def written(self) -> Written:
        """What the row holds of the meeting's page, as plain JSON by block: sections by key, the rest by name (`ABOUT`)."""
        return self.answers | {key: plain(getattr(self, column)) for key, column, plain, _ in ABOUT}

    def steps_written(self, steps: "Iterable[ActionStep] | None" = None) -> Written:
        """What this meeting says about action steps: its own (`step-1`), and what became of earlier ones (`became-12`).

        Whoever has fetched the steps of its page gives them.
        """
        written: Written = {}
        for step in self.steps_of_page() if steps is None else steps:
            if step.meeting_id == self.pk:
                written[step.key] = step.written()
            else:
                written[f"became-{step.pk}"] = step.decision()
        return written

    def steps_of_page(self) -> "models.QuerySet[ActionStep]":
        """Its own action steps, and those of the meetings before that are still open, or were until this meeting."""
        open_until_now = Q(state=ActionStep.State.ACTIVE) | Q(decided_in=self)
        return (
            ActionStep.objects.filter(Q(meeting=self) | Q(meeting__state__in=HAPPENED) & open_until_now)
            .filter(induction=self.induction_id)
            .select_related("meeting")
            .prefetch_related("criteria")
            .order_by("meeting__planned_for", "meeting", "position")
        )

    def earlier_steps(self) -> "models.QuerySet[ActionStep]":
        return self.steps_of_page().exclude(meeting=self)

    def steps_to_continue(self) -> "models.QuerySet[ActionStep]":
        """Those of the meetings before that the two keep working on; with one of them they need not set another."""
        return self.earlier_steps().filter(state=ActionStep.State.ACTIVE)

    def asked(self) -> list[dict[str, Any]]:
        """The sections with an answer of their own; in place of the one other there are action steps."""
        return [section for section in self.sections if section["key"] != ACTION_SECTION]

    def section(self, key: str) -> dict[str, Any] | None:
        """The section of this key, where the meeting has one: without the sections of action steps or of the follow-up it
        does not ask for them either."""
        return next((section for section in self.sections if section["key"] == key), None)

    @property
    def places(self) -> range:
        """The numbers of the action steps for which the page has a place."""
        return range(1, MOST_STEPS + 1) if self.section(ACTION_SECTION) else range(0)

    def missing(self) -> dict[str, str]:
        """What must be there before the meeting is finished, in words by block: what is needed of the sections and of the
        action steps, and the focus, which is all that tutor and headteacher read of it beside the steps."""
        missing = {} if self.focus else {"about-focus": "Focus"}
        missing |= {
            section["key"]: section["title"]
            for section in self.asked()
            if section["needed"] and self.answers.get(section["key"]) in UNANSWERED
        }
        steps = [step for step in self.steps.prefetch_related("criteria") if step.text]
        decided = list(self.decided.prefetch_related("criteria"))
        refined = [step for step in decided if step.state == ActionStep.State.REFINED]
        action = self.section(ACTION_SECTION)
        if not steps and action and action["needed"] and not self.steps_to_continue().exists():
            missing["step-1"] = "An action step"
        elif len(steps) < len(refined):
            missing[f"step-{len(steps) + 1}"] = "An action step for each one that you refine"
        before = {step.pk: step.to_change() for step in refined}
        missing |= {
            step.key: f"Better words for “{step}”"
            for step in steps
            if step.follows_id in before and step.written() == before[step.follows_id]
        }
        return missing | {
            f"became-{step.pk}": f"What you noticed about “{step.text}”"
            for step in decided
            if step.state != ActionStep.State.MET and not step.noticed
        }


def meetings_to_plan(user: User, today: date) -> list[Turn]:
    """For a mentor, each ECT with whom nothing is planned and no meeting waits to be agreed. No rule says by when.

    From `EARLIEST` before the induction begins until it ends.
    """
    meetings = Meeting.objects.filter(induction=OuterRef("pk"))
    found = (
        Induction.objects.where(user, Role.MENTOR)
        .filter(Q(ends_on=None) | Q(ends_on__gte=today), starts_on__lte=today + EARLIEST)
        .exclude(Exists(meetings.filter(state__in=(State.PLANNED, State.HELD))))
        .annotate(have_met=Exists(meetings.filter(state=State.AGREED)))
        .select_related("ect")
        .order_by("ect__name", "pk")
    )
    return [
        Turn(
            f"Plan your {'next' if induction.have_met else 'first'} meeting",
            str(induction),
            reverse("cycles:plan", args=[induction.pk]),
        )
        for induction in found
    ]


class Agreement(models.Model):
    """One of the two says that the meeting's page is right."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="agreements")
    role = models.CharField(max_length=20, choices=[(role.value, role.label) for role in sorted(PAIR)])
    by = models.ForeignKey(User, models.PROTECT, related_name="agreements")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "role"], name="each_agrees_once"),
            models.CheckConstraint(condition=Q(role__in=sorted(PAIR)), name="only_the_two_agree"),
        ]

    def __str__(self) -> str:
        return f"{self.by}, {self.get_role_display()}"


class ActionStep(models.Model):
    """One small thing for the ECT to do next, with the criteria that say when it is met.

    A step that was refined is followed by the one that took its place (`follows`); what was noticed, and so the reason
    for that, stands with the earlier one (programme §4).
    """

    class State(models.TextChoices):
        ACTIVE = "active", "Working on it"
        MET = "met", "Met"
        REFINED = "refined", "Refined"
        DROPPED = "dropped", "Dropped"

    CHECKS = {
        "observable": "Observable",
        "practicable": "Practicable",
        "bite_sized": "Bite-sized",
        "says_how": "Clear about how",
    }

    induction = models.ForeignKey(Induction, models.PROTECT, related_name="action_steps")
    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="steps")
    position = models.PositiveSmallIntegerField()
    text = models.TextField(blank=True)
    observable = models.BooleanField(default=False)
    practicable = models.BooleanField(default=False)
    bite_sized = models.BooleanField(default=False)
    says_how = models.BooleanField(default=False)
    review_on = models.DateField(null=True, blank=True)

    state = models.CharField(max_length=20, choices=State.choices, default=State.ACTIVE)
    decided_in = models.ForeignKey(Meeting, models.PROTECT, null=True, blank=True, related_name="decided")
    noticed = models.TextField(blank=True)
    follows = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="followed_by")

    class Meta:
        ordering = ["meeting", "position"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "position"], name="action_steps_in_order"),
            models.CheckConstraint(
                condition=Q(state="active", decided_in__isnull=True)
                | Q(state__in=["met", "refined", "dropped"], decided_in__isnull=False),
                name="action_step_is_decided_in_a_meeting",
            ),
            models.CheckConstraint(condition=~Q(follows=models.F("pk")), name="action_step_follows_another"),
        ]

    def __str__(self) -> str:
        return self.text

    def written(self) -> Written:
        """The step as the meeting's page carries it. Asks for the criteria that were fetched along."""
        return {
            "text": self.text,
            "checks": [name for name in self.CHECKS if getattr(self, name)],
            "criteria": [criterion.text for criterion in self.criteria.all()],
            "review_on": _day(self.review_on),
        }

    @property
    def key(self) -> str:
        """The block of its meeting's page."""
        return f"step-{self.position}"

    def to_change(self) -> Written:
        """What a page begins with on which this step is refined: its words and criteria. What was found of the words, and
        the day to look at them again, were about the old ones."""
        return self.written() | {"checks": [], "review_on": ""}

    def decision(self) -> Written | None:
        """What a later meeting's page says became of it; None when that says nothing."""
        if self.state == self.State.ACTIVE and not self.noticed:
            return None
        return {"state": self.state, "noticed": self.noticed}

    @property
    def colour(self) -> str:
        return {"active": "blue", "met": "green", "refined": "purple"}.get(self.state, "grey")

    def checked(self) -> list[str]:
        return [label for name, label in self.CHECKS.items() if getattr(self, name)]


class ContinuedStep(models.Model):
    """An earlier action step that a finished meeting goes on with, and what was noticed of it by then: what became of it
    later, and what is noticed at the next meeting, does not change what was agreed at this one."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="continued")
    step = models.ForeignKey(ActionStep, models.CASCADE, related_name="continued_in")
    noticed = models.TextField(blank=True)

    class Meta:
        ordering = ["step__meeting__planned_for", "step__meeting", "step__position"]
        constraints = [models.UniqueConstraint(fields=["meeting", "step"], name="step_continued_once_in_a_meeting")]

    def __str__(self) -> str:
        return str(self.step)


class SuccessCriterion(models.Model):
    """One of the things to be seen when an action step is met."""

    step = models.ForeignKey(ActionStep, models.CASCADE, related_name="criteria")
    position = models.PositiveSmallIntegerField()
    text = models.TextField()

    class Meta:
        ordering = ["position"]
        verbose_name_plural = "success criteria"
        constraints = [
            models.UniqueConstraint(fields=["step", "position"], name="success_criteria_in_order"),
            models.CheckConstraint(condition=~Q(text=""), name="success_criterion_says_something"),
        ]

    def __str__(self) -> str:
        return self.text
