"""The kinds of section that a meeting, a proforma or an audit is made of: one table.

A section is a question as a record asks it: a dict with the keys of `models.Section.copy()`. Its answer is plain JSON,
so that the answers of a record are one document beside its questions (programme, section 3).
"""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Kind:
    """What a person answers with: its name for readers, and the list that a section of this kind has to bring."""

    label: str
    brings: str = ""


#                       label               brings       answer
KINDS = {
    "text": Kind("Written answer"),  #                   text
    "rows": Kind("List", "columns"),  #                  list of rows, each text by column key
    "yes_no": Kind("Yes or no"),  #                      true, false or null
    "checklist": Kind("Checklist", "options"),  #        list of the options ticked
    "choice": Kind("One choice", "options"),  #          one of the options
    "rating": Kind("Rating", "options"),  #              one of the options, of which the first is the least
}

ACTION_SECTION = "precise_action"  # in the place of its answer the action steps are written
FOLLOW_UP_SECTION = "follow_up"  # the one that the date and time of the follow-up belong to

# What the application itself rests on: a school words these sections of a meeting as it likes, and hides none of them.
CARRIES = {
    ACTION_SECTION: "the action steps and their success criteria are written here, and later meetings begin with them",
    FOLLOW_UP_SECTION: "the date and time of the follow-up are set here, and the ECT and the mentor are reminded of them",
}

UNANSWERED: tuple[Any, ...] = ("", None, [])  # "no" is an answer, so False is not among them
