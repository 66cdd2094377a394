"""The demonstration: two schools under two appropriate bodies, everybody in them, and what they have done so far.

Every date is relative to the day on which it is made, so that something is due, something is overdue and something is done
on any day of the year. Everything is done by the real actions, so that it could have happened.
"""

from datetime import date

from django.db import transaction

from content.models import Standard
from people.models import User

from .cast import CAST, DOMAIN, PASSWORD, Persona, cast
from .mentoring import hold_meetings, rate_modules, visit_experts
from .reading import read
from .reports import write_reports

__all__ = ["CAST", "DOMAIN", "PASSWORD", "NoContent", "Persona", "RealPeople", "cast", "load"]


class RealPeople(Exception):
    """The demonstration was asked for in an installation that has real people."""


class NoContent(Exception):
    """The demonstration was asked for before any content was loaded."""


@transaction.atomic
def load(today: date) -> bool:
    """Makes the demonstration unless it is there already (then False). Refused where there are real people."""
    if User.objects.exclude(email__endswith="@" + DOMAIN).exists():
        raise RealPeople(
            "This installation has real people, so the demonstration stays out of it. Nothing was changed."
        )
    if User.objects.exists():
        return False
    if not Standard.objects.exists():
        raise NoContent("Load the content packs first: manage.py loadcontent fixtures/packs")
    people = cast(today)
    write_reports(people)
    hold_meetings(people, today)
    visit_experts(people, today)
    read(people)
    rate_modules(people, today)
    return True
