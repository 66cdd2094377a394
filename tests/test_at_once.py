"""What holds when two do something at the same moment. On SQLite one transaction writes at a time, so there it comes for free."""

import threading
from datetime import time, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from content.adapting import actions as adapting
from content.electives import actions as electives
from content.models import Adaptation, ElectiveChoice, Module, Study, Template
from cycles import actions as meetings
from cycles.audits import actions as audits
from cycles.learning import actions as learning
from cycles.models import Audit, LearningAction, Meeting
from observations import actions as proformas
from observations.models import Kind, Proforma
from people.models import Event, Induction

from .at_once import at_once
from .conftest import everybody

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def people(transactional_db, cast_of_today, programme_of_today):
    programme_of_today.put_or_make()
    cast_of_today.put_or_make()
    return everybody()


def amiras():
    return Induction.objects.select_related("ect", "school").get(ect__name="Amira Khan")


def six_steps():
    return Template.objects.get(slug="six-step-meeting")


def meeting(people):
    return meetings.start_meeting(
        amiras(), by=people["ben"], template=six_steps(), planned_for=timezone.now() + timedelta(days=1)
    )


def proforma(people):
    arrangements = {
        "expert_name": "Sue Brand",
        "planned_on": timezone.localdate(),
        "planned_at": time(9),
        "focus": "Calm",
    }
    return proformas.set_up(amiras(), Kind.OBSERVATION, {**arrangements, "to_notice": "How"}, by=people["amira"])


def audit(people):
    return audits.begin(amiras(), Module.objects.get(audit__slug="module-4-audit"), by=people["amira"])


def action(people):
    written = {"text": "Read one set of books.", "what_for": "", "by_when": None, "standard": ""}
    return learning.add(amiras(), written, by=people["amira"])


def elective(people):
    return electives.propose(amiras(), Study.objects.get(slug="assessment-elective-5"), "It helps.", by=people["amira"])


def own_version(people):
    return adapting.begin(amiras().school, six_steps(), by=people["grace"])


@pytest.mark.parametrize(
    ("begin", "model"),
    [
        (meeting, Meeting),
        (proforma, Proforma),
        (audit, Audit),
        (action, LearningAction),
        (elective, ElectiveChoice),
        (own_version, Adaptation),
    ],
)
def test_several_clicks_at_the_same_moment_begin_one(people, begin, model, monkeypatch):
    now = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now)
    assert at_once(*[lambda: begin(people)] * 4) == []
    assert model.objects.count() == 1


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time")
def test_one_plans_a_meeting_while_the_other_cancels_one(people, monkeypatch):
    """Who plans has the induction in turn and waits for the list of events; who cancels has that, and its event names the
    induction: neither waits for the other for ever."""
    planned, cancelled, waits = meeting(people), threading.Event(), threading.Event()
    record = meetings.record_event

    def in_this_order(about, what, **rest):
        if what == "plan_meeting":
            waits.set()
            return record(about, what, **rest)
        event = record(about, what, **rest)
        cancelled.set()
        waits.wait(10)
        return event

    def plan():
        cancelled.wait(10)
        meetings.start_meeting(
            amiras(), by=people["amira"], template=six_steps(), planned_for=timezone.now() + timedelta(days=9)
        )

    monkeypatch.setattr(meetings, "record_event", in_this_order)
    assert at_once(plan, lambda: meetings.cancel(planned, by=people["ben"])) == []
    assert Event.objects.filter(what__in=["plan_meeting", "cancel_meeting"]).count() == 3
