"""Reports on an ECT's progress, their signatures, and the sealed records that signing makes."""

import secrets
from collections.abc import Collection, Mapping
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, F, Q
from django.urls import reverse
from django.utils import timezone

from content.models import Standard
from people.governed import Governed
from people.models import Event, Induction, Term, User
from people.permissions import Role, reach
from people.turns import Turn, about

from .calendar import Kind
from .permissions import RULES
from .questions import missing
from .workflow import FINISHED, STEPS, WHOM, WITH_APPROPRIATE_BODY, WRITTEN_BY_TUTOR, State, next_step, signers

YES_NO = [(True, "Yes"), (False, "No")]


SOON = timedelta(days=60)  # so long before its due date a report is listed; it can be written at any time


ROW = [
    "kind", "number", "term_name", "due_on", "state", "saved_at", "round", "on_track", "induction__ect__name",
    "induction__school", "induction__appropriate_body",
]  # fmt: skip


def far_off(today: date) -> dict[str, Any]:
    return {"state": State.DRAFT, "saved_at__isnull": True, "due_on__gt": today + SOON}


def comes_first(user: User) -> Q:
    """What an officer looks at first: reports that wait for them and say that the ECT is not on track."""
    return user.places.reach(Role.AB_OFFICER) & Q(state=State.SUBMITTED, on_track=False)


class Recommendation(models.TextChoices):
    """What the headteacher recommends at the end of induction (G ¶2.60)."""

    SATISFACTORY = "satisfactory", "Performance against the Teachers' Standards is satisfactory"
    UNSATISFACTORY = "unsatisfactory", "Performance against the Teachers' Standards is not satisfactory"
    EXTENSION = "extension", "The induction should be extended"


class ReviewQuerySet(models.QuerySet["Review"]):
    def visible_to(self, user: User) -> "ReviewQuerySet":
        """The reports of whose existence and state this person may know; `may(user, "read")` says whether to show the text."""
        return self.filter(reach(user.places, RULES["see"]))

    def under_way(self, user: User) -> "ReviewQuerySet":
        """Those on which the school has something to do, and for the appropriate body those that it has to review."""
        return self.filter(~Q(state__in=FINISHED) | user.places.reach(Role.AB_OFFICER) & Q(state=State.SUBMITTED))

    def begun_or_soon(self, today: date) -> "ReviewQuerySet":
        """Without those that nobody has written a word in and that are due only after `SOON`."""
        return self.exclude(**far_off(today))

    def later(self, today: date) -> "ReviewQuerySet":
        return self.filter(**far_off(today))

    def waiting_on(self, user: User) -> "ReviewQuerySet":
        """Those whose next step is this person's to take."""
        condition = Q(pk__in=())
        for step in STEPS.values():
            if step.link:
                whose = user.places.reach(step.role) & Q(state__in=step.start)
                condition |= whose & ~Q(kind=Kind.PROGRESS_REVIEW) if step.formal_only else whose
        return self.filter(condition)

    def most_urgent(self, user: User, number: int) -> list["Review"]:
        """So many of them by due date; but for an officer, what `comes_first` before all else. That is asked for by itself,
        since an index has it in this order, and of both together all that wait would have to be sorted."""
        dated: models.QuerySet[Review] = self.order_by("due_on", "pk")
        if Role.AB_OFFICER not in user.places.roles():
            return list(dated[:number])
        found = list(dated.filter(comes_first(user))[:number])
        return found + list(dated.exclude(comes_first(user))[: number - len(found)])

    def after(self, user: User, *, first: bool, due_on: date, pk: int) -> "ReviewQuerySet":
        """Those that `most_urgent` has after the one of this date and number; `first`: it was among those that come first."""
        before = Q(due_on__lt=due_on) | Q(due_on=due_on, pk__lte=pk)
        if first:
            return self.exclude(comes_first(user) & before)
        return self.filter(due_on__gte=due_on).exclude(due_on=due_on, pk__lte=pk).exclude(comes_first(user))

    def overdue_at_school(self, user: User, today: date) -> "ReviewQuerySet":
        """The overdue ones at the school that this person leads."""
        return self.filter(user.places.reach(Role.HEAD), due_on__lt=today).exclude(state__in=FINISHED)

    def in_brief(self) -> "ReviewQuerySet":
        """With the ECT's name, and none of the words that were written."""
        return self.select_related("induction__ect").only(*ROW)

    def for_list(self) -> "ReviewQuerySet":
        """With all that a row shows: the same, and the signatures."""
        signatures = Signature.objects.only("review", "round", "role").order_by()
        return self.in_brief().prefetch_related(models.Prefetch("signatures", signatures))


class Review(Governed):
    """One report, from its place in the calendar to its review by the appropriate body.

    The answers that the guidance asks for are columns; the calendar's facts were copied when the report was planned and
    are kept up to date until it is released.
    """

    induction = models.ForeignKey(Induction, models.PROTECT, related_name="reviews")
    kind = models.CharField(max_length=20, choices=[(kind.value, kind.label) for kind in Kind])
    number = models.PositiveSmallIntegerField("term of induction")
    term_name = models.CharField(max_length=40)
    period_from = models.DateField()
    period_to = models.DateField()
    due_on = models.DateField()
    why = models.TextField(help_text="The due date in sentences.")
    fte = models.DecimalField(max_digits=3, decimal_places=2)
    served_terms = models.CharField(
        max_length=200, help_text="Full-time terms served by the end of the period, exact: 3 or 7/3."
    )

    state = models.CharField(max_length=20, choices=State.choices, default=State.DRAFT)
    revision = models.PositiveIntegerField(default=0)
    round = models.PositiveSmallIntegerField(default=1, help_text="Counts up when signatures no longer count.")

    on_track = models.BooleanField(null=True, choices=YES_NO)
    reasons = models.TextField(blank=True)
    evidence_summary = models.TextField(blank=True)
    ect_informed = models.BooleanField(null=True, choices=YES_NO)
    support_plan_in_place = models.BooleanField(null=True, choices=YES_NO)
    support_plan_reason = models.TextField(blank=True)
    entitlements_met = models.BooleanField(null=True, choices=YES_NO)
    entitlements_reason = models.TextField(blank=True)
    days_absent = models.DecimalField(
        null=True, blank=True, max_digits=5, decimal_places=1, validators=[MinValueValidator(0), MaxValueValidator(400)]
    )
    staying = models.BooleanField(null=True, choices=YES_NO)
    next_fte = models.DecimalField(
        null=True, blank=True, max_digits=3, decimal_places=2,
        validators=[MinValueValidator(Decimal("0.01")), MaxValueValidator(Decimal(1))],
    )  # fmt: skip
    targets_agreed = models.BooleanField(default=False)
    recommendation = models.CharField(max_length=20, choices=Recommendation.choices, blank=True)
    ect_comment = models.TextField(blank=True)
    no_comment = models.BooleanField(default=False)
    return_reason = models.TextField(blank=True)
    released = models.JSONField(
        default=dict, help_text="Its words, frozen at release: what is signed is these and the comment."
    )

    saved_at = models.DateTimeField(null=True)
    submitted_at = models.DateTimeField(null=True)
    reviewed_at = models.DateTimeField(null=True)

    rules, table, called = RULES, STEPS, "report"

    objects = ReviewQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["induction", "number"], name="one_report_per_term"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="review_has_a_known_state"),
            models.CheckConstraint(condition=Q(kind__in=[kind.value for kind in Kind]), name="review_has_a_known_kind"),
            models.CheckConstraint(
                condition=Q(recommendation__in=["", *Recommendation.values]), name="review_has_a_known_recommendation"
            ),
            models.CheckConstraint(
                condition=Q(next_fte__isnull=True) | Q(next_fte__gt=0, next_fte__lte=1),
                name="next_fte_is_at_most_full_time",
            ),
            models.CheckConstraint(
                condition=Q(period_to__gte=F("period_from")), name="review_period_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=Q(days_absent__isnull=True) | Q(days_absent__gte=0), name="days_absent_is_not_negative"
            ),
        ]
        indexes = [
            models.Index(
                fields=["induction", "due_on", "id"],
                condition=~Q(state__in=sorted(FINISHED)),
                name="reviews_unfinished",
            ),
            models.Index(fields=["state", "due_on", "id"], name="reviews_by_state"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.term_name}"

    def get_absolute_url(self) -> str:
        return reverse("reviews:read", args=[self.pk])

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        """Left to the database: what the tutor's form could break, the validators of its fields refuse before, and Django
        would ask for each of these constraints anew at every save."""

    # What it is

    @property
    def is_formal(self) -> bool:
        return self.kind != Kind.PROGRESS_REVIEW

    @property
    def is_final(self) -> bool:
        return self.kind == Kind.FINAL_ASSESSMENT

    @property
    def served(self) -> Fraction:
        return Fraction(self.served_terms)

    @property
    def is_begun(self) -> bool:
        """Whether somebody has saved a word in it; its dates may have moved before."""
        return self.saved_at is not None

    @property
    def was_seen_by_ect(self) -> bool:
        """Released at some time, whatever became of it since."""
        return self.state != State.DRAFT or bool(self.released)

    def begins_on(self) -> date:
        """The first day of its term in its period, which itself begins when the one before has ended, be it in the holidays."""
        terms = Term.objects.filter(school=self.induction.school_id, name=self.term_name).values_list(
            "starts_on", flat=True
        )
        return max([self.period_from, *terms])

    def is_overdue(self, today: date) -> bool:
        """Past its date and not submitted; never a stored state."""
        return self.due_on < today and self.state not in FINISHED

    def status(self, today: date) -> tuple[str, str]:
        """What a list calls it (`004`), and the colour of its tag."""
        if self.is_overdue(today):
            return "Overdue", "red"
        if self.state == State.DRAFT:
            return ("Draft", "blue") if self.is_begun else ("Not started", "grey")
        colour = {State.RETURNED: "orange", State.SUBMITTED: "turquoise", State.REVIEWED: "green"}
        return State(self.state).label, colour.get(State(self.state), "yellow")

    # Who may do what

    def leads_on(self, name: str) -> bool:
        return super().leads_on(name) and (self.is_formal or not STEPS[name].formal_only)

    def turn_for(self, user: User) -> Turn | None:
        """The next step as something for this person to do; None when it is somebody else's."""
        name = next_step(self.state, formal=self.is_formal)
        if name is None or STEPS[name].role not in user.places.roles_in(self.induction):
            return None
        return Turn(
            STEPS[name].link_from(self.state),
            f"{about(self, self.induction, user)}{', not on track' if self.alerts(user) else ''}",
            self.get_absolute_url() if STEPS[name].page == "step" else self.page_of(name),  # read first, then decide
            self.due_on if self.state not in FINISHED else None,
        )

    def waits_for(self, user: User) -> str:
        """Whose turn it is and what to do, as others are told; "" when it is this person's, or has reached its end."""
        name = next_step(self.state, formal=self.is_formal)
        if name is None or STEPS[name].role in user.places.roles_in(self.induction):
            return ""
        step = STEPS[name]
        return f"Waiting for {WHOM.get(step.role, self.induction.ect.name)} to {step.awaited or step.link.lower()}"

    def alerts(self, user: User) -> bool:
        """Whether an officer has to see at a glance that the ECT is not on track: wherever they may read the report."""
        return (
            self.on_track is False
            and self.state in WITH_APPROPRIATE_BODY
            and Role.AB_OFFICER in user.places.roles_in(self.induction)
        )

    def comes_first(self, user: User) -> bool:
        return self.alerts(user) and self.state == State.SUBMITTED

    def submits_next(self) -> bool:
        """Whether its next step sends it to the appropriate body: the last signature does."""
        name = next_step(self.state, formal=self.is_formal)
        return name is not None and STEPS[name].arrives(self.is_formal) == State.SUBMITTED

    def page_of(self, name: str) -> str:
        page = STEPS[name].page
        return reverse(f"reviews:{page}", args=[self.pk, name] if page == "step" else [self.pk])

    def versions(self) -> list["Record"]:
        """The records of it that were signed, the newest first."""
        return sorted(self.records.all(), key=lambda record: -record.version)

    # What it says

    def missing(self) -> dict[str, str]:
        """The questions that must be answered before release: field name and what to do, in the order of the page."""
        return missing(self)

    def previous_targets(self) -> "models.QuerySet[Target]":
        """The targets of the report before this one (G ¶2.52: objectives are reviewed and revised)."""
        before = Review.objects.filter(induction=self.induction_id, number__lt=self.number).exclude(submitted_at=None)
        return Target.objects.filter(review=before.order_by("-number").values("pk")[:1])

    def previous(self) -> "Review | None":
        """The report of the term before."""
        return Review.objects.filter(induction=self.induction_id, number__lt=self.number).order_by("-number").first()

    def rows_written(self) -> Mapping[str, Any]:
        """Whether there is any row of a kind, or every one that there has to be: one query for all of them."""
        unwritten = Standard.objects.current().exclude(pk__in=self.statements.values("standard"))
        told = self.outcomes.exclude(outcome="")  # of these words: what was told of others does not count for them
        untold = self.previous_targets().exclude(text__in=told.values("text"))
        return Review.objects.values(
            any_concern=Exists(self.concerns.all()),
            any_target=Exists(self.targets.all()),
            every_statement=~Exists(unwritten),
            every_outcome=~Exists(untold),
        ).get(pk=self.pk)

    def signed_by(self) -> dict[Role, "Signature"]:
        """The signatures that count, by role. Uses what `for_list` fetched; while the tutor writes there are none."""
        if self.is_written_by_tutor:
            return {}
        return {Role(row.role): row for row in self.signatures.all() if row.round == self.round}

    def signatures_needed(self) -> list[tuple[Role, "Signature | None", "Signature | None"]]:
        """Each role whose signature the report needs, in order: the one that counts; and until that is there, the last one on
        an earlier version, which was taken back or returned since and of which there may be a record."""
        signed, before = self.signed_by(), {}
        for row in sorted(self.signatures.all(), key=lambda row: row.round):
            if row.round < self.round:
                before[row.role] = row
        return [
            (role, signed.get(role), None if role in signed else before.get(role))
            for role in signers(formal=self.is_formal)
        ]

    @property
    def is_written_by_tutor(self) -> bool:
        return self.state in WRITTEN_BY_TUTOR


class Concern(models.Model):
    """A Teachers' Standard that gives cause for concern, and the evidence for it (`004`)."""

    review = models.ForeignKey(Review, models.CASCADE, related_name="concerns")
    standard = models.ForeignKey("content.Standard", models.PROTECT)
    evidence = models.TextField()

    class Meta:
        ordering = ["standard__position"]
        constraints = [models.UniqueConstraint(fields=["review", "standard"], name="one_concern_per_standard")]

    def __str__(self) -> str:
        return f"{self.standard}: {self.evidence}"


class Statement(models.Model):
    """In a formal assessment: how the ECT stands against one of the Teachers' Standards (G ¶2.57)."""

    review = models.ForeignKey(Review, models.CASCADE, related_name="statements")
    standard = models.ForeignKey("content.Standard", models.PROTECT)
    text = models.TextField()

    class Meta:
        ordering = ["standard__position"]
        constraints = [models.UniqueConstraint(fields=["review", "standard"], name="one_statement_per_standard")]

    def __str__(self) -> str:
        return f"{self.standard}: {self.text}"


class Target(models.Model):
    """A development target agreed with the ECT (G ¶2.52)."""

    review = models.ForeignKey(Review, models.CASCADE, related_name="targets")
    position = models.PositiveSmallIntegerField()
    text = models.TextField()
    standards = models.ManyToManyField("content.Standard", blank=True)
    review_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["review", "position"], name="targets_in_order")]

    def __str__(self) -> str:
        return self.text


class Outcome(models.TextChoices):
    MET = "met", "Met"
    PARTLY = "partly", "Partly met"
    NOT_MET = "not_met", "Not met yet"


class TargetOutcome(models.Model):
    """What became of a target of the report before, told in the next one."""

    review = models.ForeignKey(Review, models.CASCADE, related_name="outcomes")
    target = models.ForeignKey(Target, models.SET_NULL, null=True, related_name="outcomes")
    text = models.TextField(help_text="The target's words when this was told: a returned report may word it anew.")
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    comment = models.TextField(blank=True)

    class Meta:
        ordering = [F("target__position").asc(nulls_last=True), "pk"]
        constraints = [models.UniqueConstraint(fields=["review", "target"], name="one_outcome_per_target")]

    def __str__(self) -> str:
        return f"{self.text}: {self.get_outcome_display()}"


class Signature(models.Model):
    """One person's signature in one role, on exactly the words whose digest it carries. Rows are only ever added."""

    review = models.ForeignKey(Review, models.PROTECT, related_name="signatures")
    round = models.PositiveSmallIntegerField()
    role = models.CharField(max_length=20, choices=Role.choices)
    by = models.ForeignKey(User, models.PROTECT, related_name="signatures")
    name = models.CharField(max_length=140, help_text="As the person typed it.")
    at = models.DateTimeField(default=timezone.now)
    digest = models.CharField(max_length=64)
    event = models.OneToOneField(Event, models.PROTECT)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["review", "round", "role"], name="one_signature_per_role_and_round")
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.get_role_display()}"


def new_code() -> str:
    """A record's short code: 12 signs that cannot be mistaken for one another, 60 random bits."""
    return "".join(secrets.choice("0123456789ABCDEFGHJKMNPQRSTVWXYZ") for _ in range(12))


class RecordQuerySet(models.QuerySet["Record"]):
    def visible_to(self, user: User) -> "RecordQuerySet":
        return self.filter(reach(user.places, RULES["records"], induction="review__induction", state="review__state"))


class Record(models.Model):
    """What was signed, frozen: its content from the moment of the last signature, its sealed PDF as soon as that is made.

    The PDF is made once and never again. A report that was returned and signed anew gets another record with the next
    version number.
    """

    review = models.ForeignKey(Review, models.PROTECT, related_name="records")
    version = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=12, unique=True, default=new_code)
    made_at = models.DateTimeField(default=timezone.now)
    content = models.JSONField()
    pdf = models.FileField(upload_to="records", blank=True)
    sha256 = models.CharField(max_length=64, blank=True, db_index=True)

    objects = RecordQuerySet.as_manager()

    class Meta:
        ordering = ["review", "version"]
        constraints = [models.UniqueConstraint(fields=["review", "version"], name="record_versions_count_up")]

    def __str__(self) -> str:
        return f"{self.review}, version {self.version}"

    def get_absolute_url(self) -> str:
        return reverse("reviews:record", args=[self.code])

    @property
    def spaced_code(self) -> str:
        """The code as people read it: ABCD EFGH JKMN."""
        return " ".join(self.code[i : i + 4] for i in (0, 4, 8))

    def is_newest(self) -> bool:
        return not Record.objects.filter(review=self.review_id, version__gt=self.version).exists()
