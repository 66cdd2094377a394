"""Who: users, schools, appropriate bodies, the parts people play over time, inductions and their working patterns.

Also what every app writes to: the append-only, hash-chained list of events, and the notices that go out by email.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import cached_property

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone

from .permissions import EVERY_STATE, SECOND_FACTOR, SEE_INDUCTION, Places, Role, States, reach


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username):
        return self.get(email__iexact=username)

    def create_user(self, email: str, password: str | None = None, *, name: str) -> "User":
        """A person with one sign-in. Without a password they choose one by the link that is mailed to them."""
        user = self.model(email=email.strip().lower(), name=name.strip())
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """One person with one sign-in and any number of roles. Never deleted: what they wrote and signed keeps their name."""

    email = models.EmailField("email address", unique=True)
    name = models.CharField(max_length=140)
    is_active = models.BooleanField(default=True)

    USERNAME_FIELD = EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]
    objects = UserManager()

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="one_user_per_email")]

    def __str__(self) -> str:
        return self.name

    @cached_property
    def places(self) -> Places:
        """Where this person plays which part today; one query, once a request."""
        held = models.FilteredRelation("posts", condition=held_on(timezone.localdate(), "posts__"))
        rows = User.objects.filter(pk=self.pk).annotate(held=held)
        ids: dict[Role, set[int]] = {}
        schools: dict[Role, set[int]] = {}
        for own, own_school, role, induction, its_school, school, body in rows.values_list(
            "induction", "induction__school",
            "held__role", "held__induction", "held__induction__school", "held__school", "held__appropriate_body",
        ):  # fmt: skip
            if own:
                ids.setdefault(Role.ECT, set()).add(own)
                schools.setdefault(Role.ECT, set()).add(own_school)
            if role:
                ids.setdefault(Role(role), set()).add(induction or school or body or 0)  # 0 is the installation
                schools.setdefault(Role(role), set()).update(filter(None, [its_school, school]))
        return Places(
            ids={role: frozenset(found) for role, found in ids.items()},
            schools={role: frozenset(found) for role, found in schools.items()},
        )

    @property
    def needs_second_factor(self) -> bool:
        return bool(self.places.roles() & SECOND_FACTOR)


class AppropriateBody(models.Model):
    """Assures the quality of induction at many schools (G ¶2.22)."""

    name = models.CharField(max_length=140, unique=True)
    due_days_before_term_end = models.PositiveSmallIntegerField(
        default=10,
        validators=[MaxValueValidator(40)],
        help_text="School days before the end of term that reports are due.",
    )

    class Meta:
        verbose_name_plural = "appropriate bodies"

    def __str__(self) -> str:
        return self.name


class SchoolQuerySet(models.QuerySet["School"]):
    def visible_to(self, user: User) -> "SchoolQuerySet":
        """The schools where this person leads, administers or tutors, or which their appropriate body assures."""
        if Role.PROGRAMME_ADMIN in user.places.ids:
            return self
        return self.filter(
            Q(pk__in=user.places.schools_of([Role.HEAD, Role.SCHOOL_ADMIN, Role.TUTOR]))
            | Q(appropriate_body__in=user.places.ids.get(Role.AB_OFFICER, ()))
        )

    def where(self, user: User, roles: Iterable[Role]) -> "SchoolQuerySet":
        """The schools at which, or in an induction of which, this person plays one of these parts today."""
        return self.filter(pk__in=user.places.schools_of(roles))


class School(models.Model):
    name = models.CharField(max_length=140)
    urn = models.CharField("URN", max_length=7, unique=True, validators=[RegexValidator(r"^\d{5,7}$")])
    appropriate_body = models.ForeignKey(AppropriateBody, models.PROTECT, related_name="schools")

    objects = SchoolQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("people:school", args=[self.pk])


class Term(models.Model):
    """One term of a school's own calendar; satisfies `people.terms.TermDates`."""

    school = models.ForeignKey(School, models.CASCADE, related_name="terms")
    name = models.CharField(max_length=40)
    starts_on = models.DateField()
    ends_on = models.DateField()
    half_term_starts_on = models.DateField(null=True, blank=True)
    half_term_ends_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["starts_on"]
        constraints = [
            models.UniqueConstraint(fields=["school", "name"], name="one_term_of_a_name_per_school"),
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="term_ends_after_it_starts"),
            models.CheckConstraint(
                condition=Q(half_term_starts_on__isnull=True, half_term_ends_on__isnull=True)
                | Q(
                    half_term_starts_on__gt=F("starts_on"),
                    half_term_ends_on__gte=F("half_term_starts_on"),
                    half_term_ends_on__lt=F("ends_on"),
                ),
                name="half_term_lies_within_its_term",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """A day is in one term at most. No database that we use can say this of rows, so whatever enters a term asks."""
        same_days = Term.objects.filter(school=self.school_id, starts_on__lte=self.ends_on, ends_on__gte=self.starts_on)
        if other := same_days.exclude(pk=self.pk).first():
            raise ValidationError(f"{self} overlaps with {other}: a day can be in one term only.")


class InductionQuerySet(models.QuerySet["Induction"]):
    def visible_to(self, user: User) -> "InductionQuerySet":
        """The inductions whose facts (people, dates, working pattern) this person may see."""
        return self.filter(reach(user.places, dict.fromkeys(SEE_INDUCTION, EVERY_STATE), induction=""))

    def in_reach(self, user: User, row: Mapping[Role, States]) -> "InductionQuerySet":
        """Those in which this row of a table of rules lets the person act, with the ECT, in order of name."""
        reached = self.filter(reach(user.places, row, induction=""))
        return reached.select_related("ect").order_by("ect__name", "pk")

    def with_people(self) -> "InductionQuerySet":
        """Fetches today's mentor and tutor along, so that `people()` asks nothing more."""
        posts = Post.objects.current().select_related("user")
        return self.prefetch_related(models.Prefetch("posts", posts, to_attr="current_posts"))

    def for_list(self) -> "InductionQuerySet":
        """In order of name, with all that a row shows: `mentor_name` and `tutor_name` are those of today."""
        named = Post.objects.current().filter(induction=models.OuterRef("pk")).values("user__name")
        return (
            self.select_related("ect", "school")
            .annotate(
                mentor_name=models.Subquery(named.filter(role=Role.MENTOR)[:1]),
                tutor_name=models.Subquery(named.filter(role=Role.TUTOR)[:1]),
            )
            .order_by("ect__name", "pk")
        )

    def where(self, user: User, role: Role) -> "InductionQuerySet":
        """The inductions in which this person plays this part today."""
        return self.filter(user.places.reach(role, ""))


class Phase(models.TextChoices):
    """The phases and settings for which content differs (programme, section 2)."""

    EYFS = "eyfs", "Early years"
    PRIMARY = "primary", "Primary"
    SECONDARY = "secondary", "Secondary"
    SEND = "send", "Special educational needs and disabilities (SEND)"
    ALTERNATIVE_PROVISION = "alternative_provision", "Alternative provision"


class Induction(models.Model):
    """An ECT's one statutory induction (G ¶1.13), at a school, with an appropriate body."""

    ect = models.OneToOneField(User, models.PROTECT, related_name="induction")
    school = models.ForeignKey(School, models.PROTECT, related_name="inductions")
    appropriate_body = models.ForeignKey(AppropriateBody, models.PROTECT, related_name="inductions")
    trn = models.CharField("TRN", max_length=7, validators=[RegexValidator(r"^\d{7}$")])
    phase = models.CharField(max_length=30, choices=Phase, default="", blank=True)  # blank: shown what is for all
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    objects = InductionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="induction_ends_after_it_starts",
            )
        ]

    def __str__(self) -> str:
        return self.ect.name

    def get_absolute_url(self) -> str:
        return reverse("people:induction", args=[self.pk])

    def people(self) -> dict[Role, User]:
        """Mentor and induction tutor of today, by role."""
        posts = getattr(self, "current_posts", None)
        if posts is None:
            posts = self.posts.current().select_related("user")
        return {Role(post.role): post.user for post in posts}

    @property
    def mentor(self) -> User | None:
        return self.people().get(Role.MENTOR)

    @property
    def tutor(self) -> User | None:
        return self.people().get(Role.TUTOR)


class WorkingPattern(models.Model):
    """The share of full time that the ECT works from a day on; the latest that has begun is in force."""

    induction = models.ForeignKey(Induction, models.CASCADE, related_name="patterns")
    starts_on = models.DateField()
    fte = models.DecimalField(
        "FTE",
        max_digits=3,
        decimal_places=2,
        validators=[MinValueValidator(Decimal("0.01")), MaxValueValidator(Decimal(1))],
    )

    class Meta:
        ordering = ["starts_on"]
        constraints = [
            models.UniqueConstraint(fields=["induction", "starts_on"], name="one_pattern_from_a_day"),
            models.CheckConstraint(condition=Q(fte__gt=0, fte__lte=1), name="fte_is_at_most_full_time"),
        ]

    def __str__(self) -> str:
        return f"{self.fte} FTE from {self.starts_on}"


def held_on(day: date, posts: str = "") -> Q:
    """The posts held on a day, of which the end date is the last; `posts` is the path to them."""
    return Q(**{f"{posts}starts_on__lte": day}) & (Q(**{f"{posts}ends_on": None}) | Q(**{f"{posts}ends_on__gte": day}))


class PostQuerySet(models.QuerySet["Post"]):
    def current(self, on: date | None = None) -> "PostQuerySet":
        """The posts held on a day (today unless told). An end date is the last day."""
        return self.filter(held_on(on or timezone.localdate()))


class Post(models.Model):
    """A part that a person plays at one place from a day to a day. Leavers lose access after their last day."""

    user = models.ForeignKey(User, models.PROTECT, related_name="posts")
    role = models.CharField(max_length=20, choices=[choice for choice in Role.choices if choice[0] != Role.ECT])
    induction = models.ForeignKey(Induction, models.CASCADE, null=True, blank=True, related_name="posts")
    school = models.ForeignKey(School, models.CASCADE, null=True, blank=True, related_name="posts")
    appropriate_body = models.ForeignKey(AppropriateBody, models.CASCADE, null=True, blank=True, related_name="posts")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    objects = PostQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    role__in=[Role.MENTOR, Role.TUTOR], induction__isnull=False, school=None, appropriate_body=None
                )
                | Q(
                    role__in=[Role.HEAD, Role.SCHOOL_ADMIN], school__isnull=False, induction=None, appropriate_body=None
                )
                | Q(role=Role.AB_OFFICER, appropriate_body__isnull=False, induction=None, school=None)
                | Q(role=Role.PROGRAMME_ADMIN, induction=None, school=None, appropriate_body=None),
                name="post_is_held_where_its_role_is",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="post_ends_after_it_starts"
            ),
            models.UniqueConstraint(
                fields=["induction", "role"],
                condition=Q(ends_on=None, induction__isnull=False),
                name="one_open_post_per_part",
            ),
            models.UniqueConstraint(
                fields=["school"], condition=Q(ends_on=None, role=Role.HEAD), name="one_headteacher_per_school"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.get_role_display()}"


class Ledger(models.Model):
    """One row: how many events there are and the last one's digest. Whoever writes an event holds it until the commit."""

    number = models.PositiveBigIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return f"{self.number} events"


class EventQuerySet(models.QuerySet["Event"]):
    def about(self, thing: models.Model) -> "EventQuerySet":
        return self.filter(subject=thing._meta.label_lower, subject_id=thing.pk)


class Event(models.Model):
    """What somebody did, once and for all: rows are only ever added (a database trigger refuses the rest).

    Each carries the digest of itself and the one before it, so that `manage.py checkevents` notices a row that was
    changed, removed or slipped in.
    """

    number = models.PositiveBigIntegerField(unique=True)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="events")
    role = models.CharField(max_length=20, blank=True)
    what = models.CharField(max_length=40)
    subject = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    induction = models.ForeignKey(Induction, models.PROTECT, null=True, related_name="events")
    detail = models.JSONField(default=dict)
    previous = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64)

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        indexes = [models.Index(fields=["subject", "subject_id", "number"], name="events_of_a_thing")]

    def __str__(self) -> str:
        return f"{self.number} {self.what}"

    @property
    def role_label(self) -> str:
        return Role(self.role).label if self.role else ""

    def computed_digest(self) -> str:
        """SHA-256 over everything the row says and the digest of the row before it."""
        said = [
            self.number, self.at.isoformat(timespec="microseconds"), self.by_id, self.role, self.what, self.subject,
            self.subject_id, self.induction_id, self.detail, self.previous,
        ]  # fmt: skip
        return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=True).encode()).hexdigest()


class Notice(models.Model):
    """A message to one person about one event, sent by the worker once."""

    LONGEST_SUBJECT = 400  # more than the title of anything and the name of anybody

    event = models.ForeignKey(Event, models.PROTECT, related_name="notices")
    to = models.ForeignKey(User, models.PROTECT, related_name="notices")
    subject = models.CharField(max_length=LONGEST_SUBJECT)
    text = models.TextField()
    path = models.CharField(max_length=200)
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "to"], name="one_notice_per_event_and_person")]

    def __str__(self) -> str:
        return self.subject
