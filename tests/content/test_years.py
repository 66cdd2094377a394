"""The year of the programme in which an induction is."""

from datetime import date
from decimal import Decimal

import pytest

from content.years import Year, programme_year
from people.models import Induction, WorkingPattern

BEGAN = date(2025, 9, 1)


@pytest.fixture
def induction(cast):
    found = Induction.objects.get(ect=cast["amira"])
    Induction.objects.filter(pk=found.pk).update(starts_on=BEGAN)
    found.patterns.all().delete()
    found.refresh_from_db()
    return found


def works(induction, *patterns):
    for day, fte in patterns:
        WorkingPattern.objects.create(induction=induction, starts_on=day, fte=Decimal(fte))


@pytest.mark.parametrize(
    ("patterns", "second"),
    [
        ([], date(2026, 9, 1)),
        ([(BEGAN, "1")], date(2026, 9, 1)),
        ([(BEGAN, "0.5")], date(2027, 9, 1)),
        ([(BEGAN, "0.6")], date(2027, 5, 3)),  # 365 / 0.6 is 608 and a third: the year is full on day 609
        ([(BEGAN, "1"), (date(2026, 3, 1), "0.5")], date(2027, 3, 4)),  # 181 days, then 184 at half time
        ([(BEGAN, "1"), (date(2027, 1, 1), "0.5")], date(2026, 9, 1)),  # what comes after the year changes nothing
        ([(date(2025, 8, 1), "0.5")], date(2027, 9, 1)),  # a pattern from before the first day
    ],
)
def test_the_first_year_lasts_for_a_year_of_full_time(induction, patterns, second):
    works(induction, *patterns)
    assert programme_year(induction, date.fromordinal(second.toordinal() - 1)) == Year(1, BEGAN)
    assert programme_year(induction, second) == Year(2, second)


def test_before_it_begins_it_is_in_its_first_year(induction):
    assert programme_year(induction, date(2025, 6, 1)) == Year(1, BEGAN)
