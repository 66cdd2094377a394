from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from people.models import Term
from people.terms import (
    PlainTerm,
    academic_terms,
    bank_holiday,
    in_holidays,
    is_working_day,
    school_day_before_end,
    school_days,
    school_year,
    term_on,
    working_day,
)

# Two years of a county's real dates with the number of school days, and the day with ten school days after it.
REAL_TERMS = [
    (PlainTerm("Autumn 2025", date(2025, 9, 1), date(2025, 12, 19), date(2025, 10, 27), date(2025, 10, 31)), 75),
    (PlainTerm("Spring 2026", date(2026, 1, 5), date(2026, 3, 27), date(2026, 2, 16), date(2026, 2, 20)), 55),
    (PlainTerm("Summer 2026", date(2026, 4, 13), date(2026, 7, 20), date(2026, 5, 25), date(2026, 5, 29)), 65),
    (PlainTerm("Autumn 2026", date(2026, 9, 1), date(2026, 12, 18), date(2026, 10, 26), date(2026, 10, 30)), 74),
    (PlainTerm("Spring 2027", date(2027, 1, 4), date(2027, 3, 25), date(2027, 2, 15), date(2027, 2, 19)), 54),
    (PlainTerm("Summer 2027", date(2027, 4, 12), date(2027, 7, 21), date(2027, 5, 31), date(2027, 6, 4)), 67),
]
TEN_DAYS_BEFORE = [
    date(2025, 12, 5),
    date(2026, 3, 13),
    date(2026, 7, 6),
    date(2026, 12, 4),
    date(2027, 3, 11),
    date(2027, 7, 7),
]
AUTUMN = REAL_TERMS[0][0]

days = st.dates(date(2000, 1, 1), date(2045, 12, 31))


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2025, 12, 25), "Christmas Day"),
        (date(2026, 4, 6), "Easter Monday"),  # no holiday in Scotland
        (date(2027, 8, 30), "Late Summer Bank Holiday"),
        (date(2026, 3, 17), ""),  # Saint Patrick's Day, in Northern Ireland only
        (date(2025, 12, 24), ""),
    ],
)
def test_bank_holidays_are_those_of_england(day, name):
    assert bank_holiday(day) == name


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 5, 1), True),  # Friday
        (date(2026, 5, 2), False),
        (date(2026, 5, 3), False),
        (date(2026, 5, 4), False),  # early May bank holiday
        (date(2025, 12, 29), True),  # school holiday
    ],
)
def test_working_days_are_weekdays_but_for_bank_holidays(day, works):
    assert is_working_day(day) is works


@pytest.mark.parametrize(
    ("first", "number", "last"),
    [
        (date(2027, 7, 21), 1, date(2027, 7, 21)),
        (date(2027, 7, 21), 10, date(2027, 8, 3)),
        (date(2027, 7, 23), 20, date(2027, 8, 19)),
        (date(2027, 8, 16), 3, date(2027, 8, 18)),
        (date(2027, 8, 20), 20, date(2027, 9, 17)),  # over the summer bank holiday
        (date(2026, 5, 2), 1, date(2026, 5, 5)),  # a Saturday before the early May bank holiday
    ],
)
def test_day_one_is_the_day_of_the_event_when_it_is_a_working_day(first, number, last):
    assert working_day(first, number) == last


def test_there_is_no_working_day_nought():
    with pytest.raises(ValueError, match="counted from 1"):
        working_day(date(2026, 5, 1), 0)


@given(days, st.integers(1, 60))
@settings(deadline=None)
def test_within_so_many_working_days_there_are_so_many(first, number):
    last = working_day(first, number)

    passed = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    assert is_working_day(last)
    assert sum(map(is_working_day, passed)) == number


@pytest.mark.parametrize(("term", "number"), REAL_TERMS)
def test_school_days_of_real_terms(term, number):
    assert len(school_days(term)) == number


def test_school_days_leave_out_weekends_half_term_and_bank_holidays():
    term = PlainTerm("Short", date(2026, 4, 29), date(2026, 5, 13), date(2026, 5, 7), date(2026, 5, 10))

    assert [day.day for day in school_days(term)] == [29, 30, 1, 5, 6, 11, 12, 13]


def test_a_term_needs_no_half_term():
    assert len(school_days(PlainTerm("Short", date(2026, 6, 1), date(2026, 6, 12)))) == 10


def test_a_stored_term_counts_like_a_plain_one():
    stored = Term(
        name=AUTUMN.name,
        starts_on=AUTUMN.starts_on,
        ends_on=AUTUMN.ends_on,
        half_term_starts_on=AUTUMN.half_term_starts_on,
        half_term_ends_on=AUTUMN.half_term_ends_on,
    )

    assert school_days(stored) == school_days(AUTUMN)


def test_ten_school_days_before_the_end_of_real_terms():
    assert [school_day_before_end(term, 10) for term, _ in REAL_TERMS] == TEN_DAYS_BEFORE


def test_no_school_days_before_the_end_is_the_last_one():
    term = PlainTerm("Ends on a Sunday", date(2026, 6, 1), date(2026, 6, 14))

    assert school_day_before_end(term, 0) == date(2026, 6, 12)


@pytest.mark.parametrize("number", [9, 10, 40])
def test_a_short_term_has_no_day_before_its_first(number):
    term = PlainTerm("Ten days", date(2026, 6, 1), date(2026, 6, 12))

    assert school_day_before_end(term, number) == date(2026, 6, 1)


def test_a_term_of_a_weekend_has_no_school_day_before_its_end():
    with pytest.raises(ValueError, match="Weekend has no school days"):
        school_day_before_end(PlainTerm("Weekend", date(2026, 6, 6), date(2026, 6, 7)), 0)


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2025, 9, 1), "Autumn 2025"),
        (date(2025, 10, 29), "Autumn 2025"),
        (date(2025, 12, 19), "Autumn 2025"),
        (date(2025, 12, 20), None),
        (date(2026, 1, 5), "Spring 2026"),
    ],
)
def test_the_term_on_a_day(day, name):
    term = term_on([term for term, _ in REAL_TERMS], day)

    assert (term and term.name) == name


@pytest.mark.parametrize(
    ("day", "off"),
    [
        (date(2025, 9, 1), False),
        (date(2025, 10, 24), False),
        (date(2025, 10, 27), True),
        (date(2025, 10, 31), True),
        (date(2025, 12, 19), False),
        (date(2025, 12, 20), True),
        (date(2026, 1, 4), True),
        (date(2026, 1, 5), False),
        (date(2025, 8, 31), False),  # whether the year before has ended, these terms do not tell
        (date(2026, 8, 30), False),
    ],
)
def test_holidays_lie_between_terms_and_in_half_terms(day, off):
    assert in_holidays(academic_terms(2025), day) == off


def test_a_term_without_a_half_term_has_no_holidays():
    assert not in_holidays([PlainTerm("Autumn", date(2025, 9, 1), date(2025, 12, 19))], date(2025, 10, 27))
    assert not in_holidays([], date(2025, 10, 27))


@pytest.mark.parametrize(
    ("day", "year"), [(date(2026, 7, 31), 2025), (date(2026, 8, 1), 2026), (date(2027, 1, 1), 2026)]
)
def test_a_school_year_begins_in_august(day, year):
    assert school_year(day) == year


def test_generated_terms_of_a_year_are_close_to_real_ones():
    autumn, spring, summer = academic_terms(2025)

    assert (autumn, spring) == (REAL_TERMS[0][0], REAL_TERMS[1][0])
    assert summer == PlainTerm(
        "Summer 2026", date(2026, 4, 13), date(2026, 7, 17), date(2026, 5, 25), date(2026, 5, 29)
    )


@pytest.mark.parametrize(
    ("year", "spring_end", "summer_start"),
    [
        (2026, date(2027, 3, 25), date(2027, 4, 12)),  # the day before Good Friday, 26 March
        (2034, date(2035, 3, 30), date(2035, 4, 16)),  # Good Friday, 23 March, is too early to end on
        (2037, date(2038, 4, 2), date(2038, 4, 19)),  # Good Friday, 23 April, is after the holiday
        (2027, date(2028, 3, 31), date(2028, 4, 18)),  # the summer term would begin on Easter Monday
    ],
)
def test_generated_terms_meet_an_early_and_a_late_easter(year, spring_end, summer_start):
    _, spring, summer = academic_terms(year)

    assert (spring.ends_on, summer.starts_on) == (spring_end, summer_start)


@pytest.mark.parametrize("year", range(2020, 2041))
def test_generated_terms_are_of_plausible_length_and_order(year):
    terms = academic_terms(year)

    edges = [
        day
        for term in terms
        for day in (term.starts_on, term.half_term_starts_on, term.half_term_ends_on, term.ends_on)
    ]
    assert edges == sorted(edges)
    assert edges[-1] < academic_terms(year + 1)[0].starts_on
    assert {school_year(day) for day in edges} == {year}
    for term in terms:
        assert 50 <= len(school_days(term)) <= 80
        assert is_working_day(term.starts_on)
        assert is_working_day(term.ends_on)
