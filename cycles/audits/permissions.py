"""Who may do what with a module's audit, and in which of its states.

It is a self-assessment to learn from, so it stays with the ECT and the mentor (programme §1, "diagnostics, audits").
"""

from people.permissions import EVERY_STATE, Role, Rules

from .workflow import OPEN

MEANS = {
    "read": "the ratings that are complete, on the page and as a PDF",
    "begin": "begin the audit of a module",
    "rate": "rate the start, and once that is complete the end",
}

RULES: Rules = {
    "read": {Role.ECT: EVERY_STATE, Role.MENTOR: EVERY_STATE},
    "begin": {Role.ECT: EVERY_STATE},
    "rate": {Role.ECT: OPEN},
}
