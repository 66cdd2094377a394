"""Who may do what with a meeting, and in which of its states.

Mentoring is kept apart from assessment (programme §1, the privacy wall of induction §1): notes are for the ECT and today's
mentor. Induction tutor and headteacher see that it happened, its date, its focus, the action steps and their state. For
everybody else there are no meetings.
"""

from people.permissions import EVERY_STATE, Role, Rules

from .workflow import State

MEANS = {
    "see": "that it happened, its date, its focus, and once it was held its action steps and their state",
    "read": "the notes",
    "plan": "plan a meeting",
    "write": "write in it, move it",
}

RULES: Rules = {
    "see": {Role.ECT: EVERY_STATE, Role.MENTOR: EVERY_STATE, Role.TUTOR: EVERY_STATE, Role.HEAD: EVERY_STATE},
    "read": {Role.ECT: EVERY_STATE, Role.MENTOR: EVERY_STATE},
    "plan": {Role.ECT: EVERY_STATE, Role.MENTOR: EVERY_STATE},
    "write": {Role.ECT: {State.PLANNED}, Role.MENTOR: {State.PLANNED}},
}
