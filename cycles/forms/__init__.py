"""The forms of meetings: the page on which one is held, and the small ones that plan, move and cancel it."""

from cycles.forms.arranging import CancelForm, MoveForm, PlanForm
from cycles.forms.days import day
from cycles.forms.page import MeetingForm, PreviewForm, in_words

__all__ = ["CancelForm", "MeetingForm", "MoveForm", "PlanForm", "PreviewForm", "day", "in_words"]
