"""Who may do what with a learning log and with the ECT's own actions in it, and in which of their states.

The log is the ECT's own, to take along to the next school; the mentor reads it (programme §1, §7).
"""

from people.permissions import EVERY_STATE, Role, Rules

from .workflow import State

MEANS = {
    "read": "the learning log, on the page, as a PDF and as a table; the mentor without reflections that are not shared",
    "add": "add an action of one's own",
    "write": "change it",
}

RULES: Rules = {
    "read": {Role.ECT: EVERY_STATE, Role.MENTOR: EVERY_STATE},
    "add": {Role.ECT: EVERY_STATE},
    "write": {Role.ECT: {State.OPEN}},
}
