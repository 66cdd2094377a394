"""A day that somebody types, and which ones are a slip."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone
from django.utils.formats import date_format

from cycles.models import EARLIEST
from ectprogramme import gov
from people.models import Induction

YEAR = timedelta(days=365)
SOME_YEAR = [
    MinValueValidator(date(2000, 1, 1), "Year must be 2000 or later"),
    MaxValueValidator(date(2099, 12, 31), "Year must be before 2100"),
]


def day(**kwargs: Any) -> gov.DateField:
    return gov.DateField(validators=SOME_YEAR, **kwargs)


def check_day(induction: Induction, day: date | None, *, latest: date | None = None) -> None:
    """Refuses a day more than a year away from the induction, which is a slip; one without an end goes on until today."""
    first = induction.starts_on - YEAR
    last = latest or (induction.ends_on or max(induction.starts_on, timezone.localdate())) + YEAR
    if day and not first <= day <= last:
        dates = f"{date_format(first, 'j F Y')} and {date_format(last, 'j F Y')}"
        raise forms.ValidationError(f"Date must be between {dates}")


def check_planned(induction: Induction, day: date) -> None:
    """Refuses a day to meet that is more than `EARLIEST` before the induction begins too. A meeting that was held stays held
    when the induction is put off, so only a day that is planned is measured by it."""
    first = induction.starts_on - EARLIEST
    if day < first:
        begins = date_format(induction.starts_on, "j F Y")
        raise forms.ValidationError(
            f"Date must be {date_format(first, 'j F Y')} or later: the induction begins on {begins}, "
            f"and you can meet from {EARLIEST.days} days before that"
        )
    check_day(induction, day)
