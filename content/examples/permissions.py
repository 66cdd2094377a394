"""Who sees a school's own examples and who keeps them; the "state" of an example is the audience of its section.

They are for the people of that school alone (programme §2). An ECT sees those of sections that an ECT reads.
"""

from people.permissions import EVERY_STATE, Role, Rules

MEANS = {
    "see": "the examples of their school, by who reads the section",
    "keep": "add, change and remove them, and see which sections ask for one",
}

RULES: Rules = {
    "see": {
        Role.ECT: {"ect", "both"},
        Role.MENTOR: EVERY_STATE,
        Role.TUTOR: EVERY_STATE,
        Role.HEAD: EVERY_STATE,
        Role.SCHOOL_ADMIN: EVERY_STATE,
    },
    "keep": {
        Role.MENTOR: EVERY_STATE,
        Role.TUTOR: EVERY_STATE,
        Role.HEAD: EVERY_STATE,
        Role.SCHOOL_ADMIN: EVERY_STATE,
    },
}
