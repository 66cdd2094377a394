"""Who may do what with a proforma, and in which of its states.

Only ECT and mentor appear: mentoring is not assessment, and the expert's name goes no further (programme §6, the privacy
wall of induction §1).
"""

from people.permissions import EVERY_STATE, Role, Rules

from .workflow import OPEN

RULES: Rules = {
    "read": {Role.ECT: EVERY_STATE, Role.MENTOR: EVERY_STATE},
    "set_up": {Role.ECT: EVERY_STATE, Role.MENTOR: EVERY_STATE},
    # who, when, and what to look out for
    "arrange": {Role.ECT: OPEN, Role.MENTOR: OPEN},
    # what came of it, on the page or as a paper version
    "fill_in": {Role.ECT: OPEN},
}
