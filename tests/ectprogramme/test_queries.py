"""No page asks the database more often because there is more to show, and no list more than twelve times."""

from datetime import timedelta
from itertools import cycle

import pytest
from django.apps import apps
from django.utils import timezone
from django_q.models import Failure

from content.models import ElectiveChoice, Module, Pack, Programme, Section, Study, Template
from cycles.models import LearningAction, Meeting
from observations.models import Proforma
from people.models import Induction, Post, School, User
from people.permissions import Role
from reviews.models import Review
from reviews.workflow import State

APPS = ("people", "content", "cycles", "observations", "reviews")

LISTS = [
    ("grace", "/"),
    ("grace", "/reviews/"),
    ("grace", "/reviews/?show=later"),
    ("colin", "/"),
    ("colin", "/schools/"),
    ("colin", "/inductions/"),
    ("ruth", "/"),
    ("ruth", "/reviews/"),
    ("ruth", "/schools/{school}/"),
    ("joan", "/schools/{school}/"),
    ("amira", "/"),
    ("amira", "/cycles/"),
    ("amira", "/experts/"),
    ("amira", "/inductions/{induction}/dates/"),
    ("amira", "/learning/audits/inductions/{induction}/"),
    ("amira", "/learning/inductions/{induction}/"),
    ("ben", "/"),
    ("ben", "/cycles/"),
    ("ben", "/experts/"),
    ("olive", "/"),
    ("olive", "/jobs/"),
    ("olive", "/schools/"),
    ("olive", "/inductions/"),
    ("olive", "/content/"),
    ("grace", "/demonstration/"),
]


@pytest.mark.parametrize("model", [model for app in APPS for model in apps.get_app_config(app).get_models()])
def test_no_order_hangs_on_where_a_database_puts_what_is_empty(model):
    for key in filter(lambda key: isinstance(key, str), model._meta.ordering):
        found = model
        for name in key.lstrip("-").split("__"):
            field = found._meta.pk if name == "pk" else found._meta.get_field(name)
            found = field.related_model
            assert not field.null, f"say nulls_last of {key} in {model}"


@pytest.fixture
def amiras(cast):
    return Induction.objects.get(ect=cast["amira"])


@pytest.fixture
def many(cast, amiras):
    """`many(40)` gives Grace so many ECTs with a report each and Ben to mentor, Amira so many reports, meetings,
    proformas, electives and actions of her own, Northmoor so many schools, and Olive so many failed jobs."""
    pack = Pack.objects.create(slug="some", title="Some", edition="1", digest="")
    template = Template.objects.create(pack=pack, slug="six-step-meeting", kind="meeting", title="Meeting", position=1)
    Section.objects.create(template=template, key="praise", title="Praise", kind="text", position=1)
    programme = Programme.objects.create(pack=pack, slug="one", title="One", summary="S", position=1)
    module = Module.objects.create(
        pack=pack, programme=programme, slug="one", year=1, title="One", summary="S", position=1
    )

    def made(number):
        today, now = timezone.localdate(), timezone.now()
        ects = User.objects.bulk_create(User(email=f"ect{n}@school.example", name=f"ECT {n}") for n in range(number))
        inductions = Induction.objects.bulk_create(
            Induction(
                ect=ect, school=amiras.school, appropriate_body=amiras.appropriate_body, trn=f"{2000000 + n}", starts_on=today
            )
            for n, ect in enumerate(ects)
        )  # fmt: skip
        Post.objects.bulk_create(
            Post(user=cast[key], role=role, induction=induction, starts_on=today)
            for key, role in (("grace", Role.TUTOR), ("ben", Role.MENTOR))
            for induction in inductions
        )
        places = [(induction, 1) for induction in inductions] + [(amiras, term) for term in range(1, number + 1)]
        Review.objects.bulk_create(
            Review(
                induction=induction, kind="progress_review", number=term, term_name=f"Term {term}", period_from=today, fte=1,
                period_to=today, due_on=today + timedelta(days=90 * (term % 2)), why="", served_terms="1",
                state=State.COMMENTED if term % 2 else State.DRAFT,
            )
            for induction, term in places
        )  # fmt: skip
        Meeting.objects.bulk_create(
            Meeting(induction=amiras, title="Meeting", sections=template.copy(), planned_for=now + timedelta(days=n))
            for n in range(number)
        )
        Proforma.objects.bulk_create(
            Proforma(induction=amiras, kind="observation", title="Watching", sections=template.copy())
            for n in range(number)
        )
        electives = Study.objects.bulk_create(
            Study(pack=pack, module=module, slug=f"elective-{n}", kind="elective", title="E", summary="S", position=n)
            for n in range(number)
        )
        ElectiveChoice.objects.bulk_create(
            ElectiveChoice(induction=amiras, study=study, reason="Because.", word="Yes.", state=state)
            for study, state in zip(electives, cycle(["suggested", "proposed"]), strict=False)
        )
        LearningAction.objects.bulk_create(
            LearningAction(induction=amiras, text="Plan two checks", by_when=today) for n in range(number)
        )
        School.objects.bulk_create(
            School(name=f"School {n}", urn=f"{800000 + n}", appropriate_body=amiras.appropriate_body)
            for n in range(number)
        )
        Failure.objects.bulk_create(
            Failure(id=str(n), name="job", func="people.tasks.send_notice", started=now, stopped=now, success=False)
            for n in range(number)
        )

    return made


@pytest.mark.parametrize("rows", [1, 40])
@pytest.mark.parametrize(("who", "path"), LISTS)
def test_a_list_asks_the_database_twelve_times_at_most(
    cast, amiras, many, sign_in, django_assert_max_num_queries, who, path, rows
):
    many(rows)
    client = sign_in(cast[who])
    with django_assert_max_num_queries(12):
        answer = client.get(path.format(induction=amiras.pk, school=amiras.school_id))
    assert answer.status_code == 200
