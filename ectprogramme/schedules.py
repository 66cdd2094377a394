"""Every timed job, in one table. `manage.py schedulejobs` brings the queue in line with it; `./run` does so by itself."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.utils import timezone
from django_q.models import Schedule


@dataclass(frozen=True)
class Job:
    """What runs once a day, and at which hour of the night."""

    task: str
    hour: int


JOBS = {
    "plan reviews": Job("reviews.tasks.plan_all_reviews", 2),
    "check events": Job("people.tasks.check_events", 3),
    "forget ended sessions": Job("people.tasks.forget_sessions", 4),
}


def keep() -> None:
    """Makes the queue's schedules those of the table, and no others. Safe to do again; a time that was set stays."""
    Schedule.objects.exclude(name__in=JOBS).delete()
    for name, job in JOBS.items():
        Schedule.objects.update_or_create(
            name=name,
            defaults={"func": job.task, "schedule_type": Schedule.DAILY, "repeats": -1},
            create_defaults={
                "func": job.task,
                "schedule_type": Schedule.DAILY,
                "repeats": -1,
                "next_run": _next(job.hour),
            },
        )


def _next(hour: int) -> datetime:
    """The next time that it is this hour here."""
    today = timezone.localdate()
    at = timezone.make_aware(datetime.combine(today, time(hour)))
    return at if at > timezone.now() else timezone.make_aware(datetime.combine(today + timedelta(days=1), time(hour)))
