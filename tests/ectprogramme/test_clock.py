"""Times as people in this country write them."""

from datetime import UTC, datetime, time

import pytest

from ectprogramme.clock import clock, moment


@pytest.mark.parametrize(
    ("value", "said"),
    [(time(0, 5), "12:05am"), (time(6, 49), "6:49am"), (time(12), "12:00pm"), (time(15, 30), "3:30pm"), (None, "")],
)
def test_a_time_of_day_is_said_with_am_and_pm(value, said):
    assert clock(value) == said


def test_a_moment_is_said_in_british_time():
    assert moment(datetime(2026, 7, 1, 11, 30, tzinfo=UTC)) == "1 July 2026, 12:30pm"
    assert moment(None) == ""
