"""Who may do what with a school's own versions of templates, and in which of their states.

Schools adapt templates to the way in which they observe and give feedback (programme §3, `000`). A template is what is asked,
never what anybody answered, so the school administrator, who reads no meeting, may adapt one.
"""

from people.permissions import EVERY_STATE, Role, Rules

from .workflow import State

MEANS = {
    "see": "the templates of the school's meetings, its own versions of them, and a preview of each",
    "adapt": "begin a version of the school's own",
    "edit": "write in it",
    "copy": "begin a draft as a copy of an earlier version",
}

RULES: Rules = {
    "see": {Role.TUTOR: EVERY_STATE, Role.HEAD: EVERY_STATE, Role.SCHOOL_ADMIN: EVERY_STATE},
    "adapt": {Role.TUTOR: EVERY_STATE, Role.HEAD: EVERY_STATE, Role.SCHOOL_ADMIN: EVERY_STATE},
    "edit": {Role.TUTOR: {State.DRAFT}, Role.HEAD: {State.DRAFT}, Role.SCHOOL_ADMIN: {State.DRAFT}},
    "copy": {Role.TUTOR: {State.PUT_AWAY}, Role.HEAD: {State.PUT_AWAY}, Role.SCHOOL_ADMIN: {State.PUT_AWAY}},
}
