"""School terms, school days, bank holidays and working days. Knows no database.

A school day is a Monday to Friday inside a term and outside its half term that is not a bank holiday in England; INSET
days count. A working day is any Monday to Friday that is not a bank holiday in England, in the school holidays too.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Protocol, TypeVar

DAY = timedelta(days=1)
WEEK = timedelta(weeks=1)
MONDAY, FRIDAY, SATURDAY = 0, 4, 5


class TermDates(Protocol):
    """What counts as a term: `people.models.Term` does, and so does `PlainTerm`. Both ends are inside the term."""

    @property
    def name(self) -> str: ...
    @property
    def starts_on(self) -> date: ...
    @property
    def ends_on(self) -> date: ...
    @property
    def half_term_starts_on(self) -> date | None: ...
    @property
    def half_term_ends_on(self) -> date | None: ...


AnyTerm = TypeVar("AnyTerm", bound=TermDates)


@dataclass(frozen=True)
class PlainTerm:
    """A term that no school has stored."""

    name: str
    starts_on: date
    ends_on: date
    half_term_starts_on: date | None = None
    half_term_ends_on: date | None = None


@cache
def _bank_holidays(year: int) -> dict[date, str]:
    from holidays import country_holidays  # here, as most processes never ask and it is slow to import

    return dict(country_holidays("GB", subdiv="ENG", years=year))


def bank_holiday(day: date) -> str:
    """The name of the bank holiday in England on this day, or ""."""
    return _bank_holidays(day.year).get(day, "")


def is_working_day(day: date) -> bool:
    """Monday to Friday and no bank holiday; the rules set no other meaning, so days in school holidays count."""
    return day.weekday() < SATURDAY and not bank_holiday(day)


def working_day(first: date, number: int) -> date:
    """The last day of "within `number` working days beginning with `first`".

    `first` is itself day 1 when it is a working day, else the next working day is.
    """
    if number < 1:
        raise ValueError("Working days are counted from 1.")
    day = first
    while True:
        if is_working_day(day):
            number -= 1
            if number == 0:
                return day
        day += DAY


def _days(first: date, last: date) -> Iterator[date]:
    return (first + DAY * number for number in range((last - first).days + 1))


def school_days(term: TermDates) -> tuple[date, ...]:
    """The days of a term on which its school is open to staff, in order."""
    half_term: frozenset[date] = frozenset()
    if term.half_term_starts_on and term.half_term_ends_on:
        half_term = frozenset(_days(term.half_term_starts_on, term.half_term_ends_on))
    return tuple(
        day for day in _days(term.starts_on, term.ends_on) if is_working_day(day) and day not in half_term
    )


def school_day_before_end(term: TermDates, number: int) -> date:
    """The school day with exactly `number` school days after it in the term, so 0 is the last one.

    The first school day when the term has no more than that; ValueError when it has none at all.
    """
    days = school_days(term)
    if not days:
        raise ValueError(f"{term.name} has no school days.")
    return days[max(0, len(days) - 1 - number)]


def term_on(terms: Iterable[AnyTerm], day: date) -> AnyTerm | None:
    """The term in which a day lies, its half term included; None in the holidays."""
    return next((term for term in terms if term.starts_on <= day <= term.ends_on), None)


def school_year(day: date) -> int:
    """The calendar year in which the school year of a day began. School years run from August to July."""
    return day.year if day.month >= 8 else day.year - 1


def academic_terms(year: int) -> list[PlainTerm]:
    """A plausible English school year, from September `year`, for a demonstration: no school's own dates.

    Autumn runs from the first weekday of September to the last Friday up to 20 December; its half term is the last full
    week of October. Spring runs from the Monday in the week of 3 to 9 January to the last Friday up to 2 April, or the
    Thursday before when that is Good Friday; its half term begins on the Monday from 12 February on. Summer begins after
    two weeks of Easter holiday and ends on the last Friday up to 22 July; its half term is the week of the last Monday
    in May. A term that would begin on a bank holiday begins on the next working day. As at schools that fix their terms
    in this way, an early or a late Easter falls inside a term, and its bank holidays are then no school days.
    """
    following = year + 1
    october = _last(MONDAY, date(year, 10, 27))
    january = _last(MONDAY, date(following, 1, 9))
    february = _last(MONDAY, date(following, 2, 18))
    spring_end = _last(FRIDAY, date(following, 4, 2))
    may = _last(MONDAY, date(following, 5, 31))
    return [
        PlainTerm(
            f"Autumn {year}",
            working_day(date(year, 9, 1), 1),
            _last(FRIDAY, date(year, 12, 20)),
            october,
            october + 4 * DAY,
        ),
        PlainTerm(
            f"Spring {following}",
            working_day(january, 1),
            spring_end - DAY if bank_holiday(spring_end) else spring_end,
            february,
            february + 4 * DAY,
        ),
        PlainTerm(
            f"Summer {following}",
            working_day(spring_end + 3 * DAY + 2 * WEEK, 1),
            _last(FRIDAY, date(following, 7, 22)),
            may,
            may + 4 * DAY,
        ),
    ]


def _last(weekday: int, day: date) -> date:
    """The last such weekday up to and including a day."""
    return day - DAY * ((day.weekday() - weekday) % 7)
