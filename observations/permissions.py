"""Who may do what with a proforma, and in which of its states.

Only ECT and mentor appear: mentoring is not assessment, and the expert's name goes no further (programme §6, the privacy
wall of induction §1).
"""

from people.permissions import EVERY_STATE, Role, Rules

from .workflow import OPEN

MEANS = {
    "read": "all of it, the expert's name among it",
    "set_up": "set one up",
    "arrange": "who, when, and what to look out for",
    "fill_in": "what came of it, on the page or as a paper version",
}

RULES: Rules = {
    "read": {Role.ECT: EVERY_STATE, Role.MENTOR: EVERY_STATE},
    "set_up": {Role.ECT: EVERY_STATE, Role.MENTOR: EVERY_STATE},
    "arrange": {Role.ECT: OPEN, Role.MENTOR: OPEN},
    "fill_in": {Role.ECT: OPEN},
}
