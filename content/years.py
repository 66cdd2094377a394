"""In which year of the programme an induction is."""

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from people.models import Induction

FIRST_YEAR = 365  # days of full time


@dataclass(frozen=True)
class Year:
    """1 or 2, and the day since when."""

    number: int
    since: date


def programme_year(induction: Induction, today: date) -> Year:
    """Year 1 lasts for a year of full time from the first day, so two years at half time; year 2 is all that follows.

    Days count, in and out of term, each by the share of full time that is worked on it. Without a working pattern that
    is all of it. Asks for the patterns that were fetched along.
    """
    left, day, share = Fraction(FIRST_YEAR), induction.starts_on, Fraction(1)
    for pattern in sorted(induction.patterns.all(), key=lambda pattern: pattern.starts_on):
        served = share * max((pattern.starts_on - day).days, 0)
        if served >= left:
            break
        left, day, share = left - served, max(day, pattern.starts_on), Fraction(pattern.fte)
    second = day + timedelta(days=-(-left // share))
    return Year(1, induction.starts_on) if today < second else Year(2, second)
