"""Times as people in this country write them."""

from datetime import datetime, time

from django.utils import timezone
from django.utils.formats import date_format


def clock(value: datetime | time | None) -> str:
    """6:49am, 12:05pm; nothing for nothing."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = timezone.localtime(value).time()
    return f"{value.hour % 12 or 12}:{value.minute:02}{'am' if value.hour < 12 else 'pm'}"


def moment(value: datetime | None) -> str:
    """22 November 2026, 6:49am."""
    return f"{date_format(timezone.localtime(value), 'j F Y')}, {clock(value)}" if value else ""
