"""When progress reviews and formal assessments fall: one report in each school term, until the induction is served.

Knows no database and uses no floats: an ECT at 0.6 must reach 3.0 on the day, not one rounding error later. R1 to R8
are the schedule rules of the specification, G the statutory guidance; where it is silent, what was decided says so.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from people.terms import DAY, SATURDAY, WEEK, TermDates, school_day_before_end, school_days, school_year, working_day

Pattern = tuple[date, Decimal]  # from a day on, the share of full time worked

SHORTEST_INDUCTION = 1  # full-time term; no reduction goes below it (G ¶3.2)
LONGEST_HOLIDAY = 6 * WEEK


class Kind(StrEnum):
    PROGRESS_REVIEW = "progress_review"
    FIRST_ASSESSMENT = "first_assessment"
    FINAL_ASSESSMENT = "final_assessment"

    @property
    def label(self) -> str:
        return LABELS[self]


LABELS = {
    Kind.PROGRESS_REVIEW: "Progress review",
    Kind.FIRST_ASSESSMENT: "First formal assessment",
    Kind.FINAL_ASSESSMENT: "Final formal assessment",
}


@dataclass(frozen=True, kw_only=True)
class Slot:
    """One report that is to be made, and all that the rules say about it."""

    kind: Kind
    number: int  # of the school term in the induction, from 1; a term joined part-way is number 1
    term_name: str
    period_from: date
    period_to: date
    due_on: date
    fte: Decimal  # at the end of the period
    served: Fraction  # full-time terms from the start of the induction to the end of the period
    reached_on: date | None  # assessments only: the day on which half, or all, of the induction is served
    why: str  # the due date explained in sentences


@dataclass(frozen=True)
class Schedule:
    slots: tuple[Slot, ...]
    note: str = ""  # which term dates are missing

    @property
    def runs_out(self) -> bool:
        """The school's term dates end before the induction does."""
        return bool(self.note)


def schedule(
    *,
    starts_on: date,
    patterns: Sequence[Pattern],
    terms: Sequence[TermDates],
    required_terms: Fraction = Fraction(6),
    days_before_end: int = 10,
) -> Schedule:
    """Every report of an induction, as far as the school's term dates reach.

    Which: a term has an assessment when its amount is reached in it, otherwise a progress review: one report a term
    (R1, R2). The first assessment comes with half of the required terms and the final one with all of them, counted in
    full-time terms (G ¶2.30, 2.36). An induction reduced to one term has the final assessment only (R7, G ¶3.4), and so
    has a term in which both amounts are reached.

    Due: on the school day with `days_before_end` school days after it in the term, as the appropriate body asks.
    Decided: when half is reached before that day, the first assessment is due on the day it is reached; when the whole
    is reached before, the final assessment is due within 10 working days beginning with that day (G ¶2.61), half
    terms included, or by the appropriate body's day if that comes first.

    Joining part-way (R3, decided: reviews keep to the school's terms): a progress review falls in the term joined
    unless its due date has passed. The first then comes in the next term, at the latest when as many school days have
    passed as make one term. An ECT's personal terms are told by `reached_on`.

    Periods abut (R8): the first begins with the induction, each other on the day after the one before. A review's ends
    with its term, an assessment's on the day its amount is reached. All this is a plan: when a report was written, and
    that an employment of less than one term counts for nothing (R5, G ¶2.33), is known only afterwards.

    Terms may come in any order but not overlap. Days before the first pattern count for nothing.
    """
    if required_terms < SHORTEST_INDUCTION:
        raise ValueError("An induction is at least one term long.")
    served = dict(_service(starts_on, patterns, terms))
    half, half_on = required_terms / 2, None
    if required_terms > SHORTEST_INDUCTION:
        half_on = _first_day_with(half, served.items())
    whole_on = _first_day_with(required_terms, served.items())
    first_review_by = reached_on(Fraction(1), starts_on=starts_on, patterns=[(starts_on, Decimal(1))], terms=terms)

    slots: list[Slot] = []
    period_from = starts_on
    for number, (term, days) in enumerate(_terms_from(starts_on, terms), start=1):
        asked_for = school_day_before_end(term, days_before_end)
        latest, reached, limit = days[-1], None, ""
        if whole_on and whole_on in days:
            kind, reached, latest = Kind.FINAL_ASSESSMENT, whole_on, working_day(whole_on, 10)
            reason = f"The whole induction ({_full_time(required_terms)}) is served on {_written(whole_on)}, "
            reason += "so this term has the final formal assessment."
            limit = "It is due within 10 working days beginning with that day."
        elif half_on and half_on in days:
            kind, reached, latest = Kind.FIRST_ASSESSMENT, half_on, half_on
            reason = f"Half of the induction ({_full_time(half)}) is served on {_written(half_on)}, "
            reason += "so this term has the first formal assessment."
            limit = "It is due on that day."
        elif asked_for < starts_on:
            continue
        else:
            kind = Kind.PROGRESS_REVIEW
            reason = "A term without a formal assessment has a progress review."
            if first_review_by and not slots:
                latest = first_review_by
                limit = "The first one is due no later than one term after the start."
        due_on = min(latest, asked_for if asked_for >= starts_on else days[-1])
        period_to = reached or term.ends_on
        why = [f"{term.name} ends on {_written(term.ends_on)}.", _what_is_asked(days_before_end), reason]
        slots.append(
            Slot(
                kind=kind,
                number=number,
                term_name=term.name,
                period_from=period_from,
                period_to=period_to,
                due_on=due_on,
                fte=_fte(period_to, patterns),
                served=served[min(period_to, days[-1])],
                reached_on=reached,
                why=" ".join(why if due_on == asked_for else [*why, limit]),
            )
        )
        if kind == Kind.FINAL_ASSESSMENT:
            return Schedule(tuple(slots))
        period_from = period_to + DAY
    return Schedule(tuple(slots), _missing(starts_on, terms))


def reached_on(
    amount: Fraction, *, starts_on: date, patterns: Sequence[Pattern], terms: Sequence[TermDates]
) -> date | None:
    """The school day on which so many full-time terms are served; None when the term dates end before.

    With whole numbers these are the ends of an ECT's personal terms.
    """
    return _first_day_with(amount, _service(starts_on, patterns, terms))


def weekdays(first: date, last: date) -> int:
    """How many days are a Monday to a Friday, both ends included; nobody is absent on more."""
    return sum((first + number * DAY).weekday() < SATURDAY for number in range((last - first).days + 1))


def _first_day_with(amount: Fraction, service: Iterable[tuple[date, Fraction]]) -> date | None:
    return next((day for day, total in service if total >= amount), None)


def _service(
    starts_on: date, patterns: Sequence[Pattern], terms: Sequence[TermDates]
) -> Iterator[tuple[date, Fraction]]:
    """Each school day of the induction with the full-time terms served at its end.

    A school day is worth the share of full time worked on it, divided by the number of school days in its whole term
    (decided: the guidance fixes no unit below a term).
    """
    total = Fraction(0)
    for term, days in _terms_from(starts_on, terms):
        in_whole_term = len(school_days(term))
        worth = {fte: Fraction(fte) / in_whole_term for _, fte in patterns} | {Decimal(0): Fraction(0)}
        for day in days:
            total += worth[_fte(day, patterns)]
            yield day, total


def _terms_from(starts_on: date, terms: Sequence[TermDates]) -> Iterator[tuple[TermDates, list[date]]]:
    """The terms in order from a day on, each with its school days from that day on; none is without any."""
    for term in sorted(terms, key=lambda term: term.starts_on):
        if days := [day for day in school_days(term) if day >= starts_on]:
            yield term, days


def _fte(day: date, patterns: Sequence[Pattern]) -> Decimal:
    """The share of full time in force on a day: the latest that has begun."""
    begun = [pattern for pattern in patterns if pattern[0] <= day]
    return max(begun)[1] if begun else Decimal(0)


def _missing(starts_on: date, terms: Sequence[TermDates]) -> str:
    """The school year whose dates to add next: that of the day after the longest holiday since the last term known."""
    year = school_year(max([starts_on, *(term.ends_on + LONGEST_HOLIDAY for term in terms)]))
    return (
        "The school’s term dates end before the induction does. "
        f"Add the term dates of the school year {year} to {year + 1}."
    )


def _what_is_asked(days_before_end: int) -> str:
    if days_before_end == 0:
        return "The appropriate body asks for reports on the last school day of term."
    days = "1 school day" if days_before_end == 1 else f"{days_before_end} school days"
    return f"The appropriate body asks for reports {days} before the end of term."


def _full_time(terms: Fraction) -> str:
    """An amount of service in words, to two decimal places."""
    amount = round(Decimal(terms.numerator) / terms.denominator, 2).normalize()
    return f"{amount:f} full-time {'term' if amount == 1 else 'terms'}"


def _written(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
