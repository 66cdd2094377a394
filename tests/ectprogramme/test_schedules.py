"""The timed jobs."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.utils.module_loading import import_string
from django_q.models import Schedule

from ectprogramme import schedules
from people import actions, tasks


def test_every_job_of_the_table_is_a_task_that_there_is():
    for job in schedules.JOBS.values():
        assert callable(import_string(job.task))


@pytest.mark.parametrize(("now", "hour", "runs"), [("2026-11-22 01:00", 2, 22), ("2026-11-22 02:00", 2, 23)])
def test_a_job_runs_at_its_hour_of_the_next_night(now, hour, runs):
    with time_machine.travel(f"{now}:00+00:00", tick=False):
        assert schedules._next(hour) == datetime(2026, 11, runs, hour, tzinfo=UTC)


def test_the_queue_holds_the_table_and_nothing_else_however_often_it_is_kept(db):
    Schedule.objects.create(name="old", func="gone")
    call_command("schedulejobs")
    times = dict(Schedule.objects.values_list("name", "next_run"))
    assert set(times) == set(schedules.JOBS)
    call_command("schedulejobs")
    assert dict(Schedule.objects.values_list("name", "next_run")) == times


def test_a_broken_chain_of_events_is_a_job_that_fails(cast, monkeypatch):
    tasks.check_events()
    monkeypatch.setattr(actions, "broken_events", lambda: iter(["Event 3 is not as it was written."]))
    with pytest.raises(RuntimeError, match="Event 3"):
        tasks.check_events()


def test_sessions_that_have_ended_are_forgotten(db):
    Session.objects.create(session_key="a" * 32, session_data="", expire_date=datetime(2020, 1, 1, tzinfo=UTC))
    tasks.forget_sessions()
    assert not Session.objects.exists()
