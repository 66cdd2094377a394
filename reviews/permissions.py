"""Who may do what with a report, and in which of its states. Mentors appear nowhere: mentoring is not assessment."""

from people.permissions import EVERY_STATE, Role, Rules

from .workflow import SHARED_WITH_ECT, WITH_APPROPRIATE_BODY, WRITTEN_BY_TUTOR, State

MEANS = {
    "see": "that it exists, its dates, where it stands and who has signed",
    "read": "what it says; nothing that the tutor types reaches the ECT before its release",
    "edit": "write the report",
    "comment": "write the ECT's comment",
    "records": "the sealed records of what was signed, whatever has become of the report since",
}

RULES: Rules = {
    "see": {
        Role.ECT: EVERY_STATE,
        Role.TUTOR: EVERY_STATE,
        Role.HEAD: EVERY_STATE,
        Role.AB_OFFICER: WITH_APPROPRIATE_BODY | {State.RETURNED},
    },
    "read": {
        Role.ECT: SHARED_WITH_ECT,
        Role.TUTOR: EVERY_STATE,
        Role.HEAD: EVERY_STATE,
        Role.AB_OFFICER: WITH_APPROPRIATE_BODY,
    },
    "edit": {Role.TUTOR: WRITTEN_BY_TUTOR},
    "comment": {Role.ECT: frozenset({State.RELEASED})},
    "records": {
        Role.ECT: EVERY_STATE,
        Role.TUTOR: EVERY_STATE,
        Role.HEAD: EVERY_STATE,
        Role.AB_OFFICER: WITH_APPROPRIATE_BODY | {State.RETURNED},
    },
}
