"""Who sees a school's own examples and who keeps them; the "state" of an example is the audience of its section.

They are for the people of that school alone (programme §2). An ECT sees those of sections that an ECT reads. Mentors keep
them together, but what one of them has added is not taken away for good by another.
"""

from people.permissions import EVERY_STATE, Role, Rules

MEANS = {
    "see": "the examples of their school, by who reads the section",
    "keep": "add and change them, remove those that one has added oneself, and see which sections ask for one",
    "remove": "remove those that somebody else has added",
}

RULES: Rules = {
    "see": {
        Role.ECT: {"ect", "both"},
        Role.MENTOR: EVERY_STATE,
        Role.TUTOR: EVERY_STATE,
        Role.HEAD: EVERY_STATE,
        Role.SCHOOL_ADMIN: EVERY_STATE,
    },
    "keep": {  # of somebody's parts at the school, the first is the one in which they act
        Role.TUTOR: EVERY_STATE,
        Role.HEAD: EVERY_STATE,
        Role.SCHOOL_ADMIN: EVERY_STATE,
        Role.MENTOR: EVERY_STATE,
    },
    "remove": {Role.TUTOR: EVERY_STATE, Role.HEAD: EVERY_STATE, Role.SCHOOL_ADMIN: EVERY_STATE},
}
