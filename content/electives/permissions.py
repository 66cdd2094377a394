"""Who may do what with the choice of an elective, and in which of its states.

It says what the ECT wants to get better at, so only ECT and mentor see it: mentoring is not assessment. That a study is
done, whichever it is, the school sees on the induction's page.
"""

from people.permissions import EVERY_STATE, Role, Rules

MEANS = {
    "see": "which electives are proposed, agreed, declined and withdrawn, and why",
    "begin": "propose an elective",
}

RULES: Rules = {
    "see": {Role.ECT: EVERY_STATE, Role.MENTOR: EVERY_STATE},
    "begin": {Role.ECT: EVERY_STATE},
}
