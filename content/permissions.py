"""Who may do what beside the text, and with a reflection in which of its states.

What is taught is the same for everybody who is signed in. What somebody made of it is theirs: a reflection is the ECT's, and
the mentor's to read once it is shared; progress is told to the school only as done or not done (programme §1, §2).
"""

from people.permissions import EVERY_STATE, Role, Rules

from .workflow import State

MEANS = {
    "tick": "mark sections as done; the place in each study is kept",
    "see_progress": "how far the ECT has read, section by section",
    "see_outcome": "which studies the ECT has done, on the induction's page",
    "see": "that there is a reflection, and beside what",
    "read": "its words",
    "write": "write a reflection",
    "load": "upload content packs, preview and load them, and download those that are loaded",
    "follow": "set the phase and the programme that an induction follows",
}

RULES: Rules = {
    "tick": {Role.ECT: EVERY_STATE, Role.MENTOR: EVERY_STATE},
    "see_progress": {Role.ECT: EVERY_STATE, Role.MENTOR: EVERY_STATE},
    "see_outcome": {Role.TUTOR: EVERY_STATE, Role.HEAD: EVERY_STATE},
    "see": {Role.ECT: EVERY_STATE, Role.MENTOR: {State.SHARED, State.OPENED}},
    "read": {Role.ECT: EVERY_STATE, Role.MENTOR: {State.OPENED}},
    "write": {Role.ECT: {State.PRIVATE}},
    "load": {Role.PROGRAMME_ADMIN: EVERY_STATE},
    "follow": {Role.TUTOR: EVERY_STATE, Role.SCHOOL_ADMIN: EVERY_STATE, Role.PROGRAMME_ADMIN: EVERY_STATE},
}
