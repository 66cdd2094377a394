"""School terms, school days, bank holidays and working days. Knows no database.

A school day is a Monday to Friday inside a term and outside its half term that is not a bank holiday in England; INSET
days count. A working day is any Monday to Friday that is not a bank holiday in England, in the school holidays too.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, lru_cache
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
    return _school_days(term.starts_on, term.ends_on, term.half_term_starts_on, term.half_term_ends_on)


@lru_cache(maxsize=1000)  # schools have the same few terms, and a plan asks for each of them many times
def _school_days(first: date, last: date, off_from: date | None, off_to: date | None) -> tuple[date, ...]:
    half_term: frozenset[date] = frozenset()
    if off_from and off_to:
        half_term = frozenset(_days(off_from, off_to))
    return tuple(day for day in _days(first, last) if is_working_day(day) and day not in half_term)


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


def in_holidays(terms: Iterable[TermDates], day: date) -> bool:
    """Whether a day lies between two terms or in a half term; of days before the first and after the last nobody knows."""
    known = list(terms)
    if term := term_on(known, day):
        off_from, off_to = term.half_term_starts_on, term.half_term_ends_on
        return bool(off_from and off_to and off_from <= day <= off_to)
    return any(term.ends_on < day for term in known) and any(day < term.starts_on for term in known)


def school_year(day: date) -> int:
    """The calendar year in which the school year of a day began. School years run from August to July."""
    return day.year if day.month >= 8 else day.year - 1


def academic_terms(year: int) -> list[PlainTerm]:
    """A plausible English school year, from September `year`, for demonstrations: no school's own dates.

    Autumn: the first weekday of September to the last Friday up to 20 December, off in the last full week of October.
    Spring: the Monday of 3 to 9 January to the last Friday up to 2 April, or to the day before Good Friday when that
    comes first and is not so early (23 March or before) that the term would be too short; off in the week of the Monday
    of 12 to 18 February. Summer: after two weeks of holiday to the last Friday up to 22 July, off in the week of the
    last Monday of May. A term that would begin on a bank holiday begins on the next working day, and an Easter that
    falls inside a term takes its bank holidays out of the school days.
    """
    following = year + 1
    autumn_break = _last(MONDAY, date(year, 10, 27))
    spring_break = _last(MONDAY, date(following, 2, 18))
    summer_break = _last(MONDAY, date(following, 5, 31))
    spring_end = _last(FRIDAY, date(following, 4, 2))
    good_friday = next(day for day, name in _bank_holidays(following).items() if name == "Good Friday")
    if date(following, 3, 24) <= good_friday <= spring_end:
        spring_end = good_friday - DAY
    return [
        _term(f"Autumn {year}", date(year, 9, 1), _last(FRIDAY, date(year, 12, 20)), autumn_break),
        _term(f"Spring {following}", _last(MONDAY, date(following, 1, 9)), spring_end, spring_break),
        _term(
            f"Summer {following}",
            _last(MONDAY, spring_end) + 3 * WEEK,
            _last(FRIDAY, date(following, 7, 22)),
            summer_break,
        ),
    ]


def _term(name: str, earliest: date, ends_on: date, half_term_monday: date) -> PlainTerm:
    return PlainTerm(name, working_day(earliest, 1), ends_on, half_term_monday, half_term_monday + 4 * DAY)


def _last(weekday: int, day: date) -> date:
    """The last such weekday up to and including a day."""
    return day - DAY * ((day.weekday() - weekday) % 7)
