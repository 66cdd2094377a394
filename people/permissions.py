"""Who plays which part, and the one way in which every table of rules is read.

A role is a part played in an induction, at a school or at an appropriate body, from a date to a date; never a flag on a
user. Each app that keeps something about an induction has a table `RULES[action][role]` that gives the states in which
that role may do that; what is absent is refused. `allowed` asks a table about one object and `reach` makes a query of
its row, so that a list never shows what a page would refuse.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Q


class Role(models.TextChoices):
    """The parts people play, in the programme's words (programme §1)."""

    ECT = "ect", "ECT"
    MENTOR = "mentor", "Mentor"
    TUTOR = "tutor", "Induction tutor"
    HEAD = "head", "Headteacher"
    SCHOOL_ADMIN = "school_admin", "School administrator"
    AB_OFFICER = "ab_officer", "Appropriate body officer"
    PROGRAMME_ADMIN = "programme_admin", "Programme administrator"

    @property
    def within(self) -> str:
        """The word within a sentence."""
        return self.label if self == Role.ECT else self.label.lower()


# Where each role is held. An ECT's is the induction itself; the others are posts.
HELD_AT = {
    Role.ECT: "induction",
    Role.MENTOR: "induction",
    Role.TUTOR: "induction",
    Role.HEAD: "school",
    Role.SCHOOL_ADMIN: "school",
    Role.AB_OFFICER: "appropriate_body",
    Role.PROGRAMME_ADMIN: "installation",
}

# Whoever reaches the records of others signs in with a second factor (trust 14).
SECOND_FACTOR = frozenset({Role.TUTOR, Role.HEAD, Role.SCHOOL_ADMIN, Role.AB_OFFICER, Role.PROGRAMME_ADMIN})

# Who sees the facts of an induction: people, dates, working pattern (programme §1, last row of the table).
SEE_INDUCTION = frozenset(Role)

# Who sees the page of a school: its ECTs and terms.
SEE_SCHOOL = frozenset({Role.TUTOR, Role.HEAD, Role.SCHOOL_ADMIN, Role.AB_OFFICER, Role.PROGRAMME_ADMIN})

# Who sees when its reviews are due, and why.
SEE_DATES = frozenset({Role.ECT, Role.TUTOR, Role.HEAD, Role.AB_OFFICER})


class _EveryState:
    """The set of all states of anything."""

    def __contains__(self, state: object) -> bool:
        return True


EVERY_STATE = _EveryState()
States = Collection[str] | _EveryState
Rules = Mapping[str, Mapping[Role, States]]


@dataclass(frozen=True)
class Places:
    """The ids of the inductions, schools and appropriate bodies where a person plays each role today; and the schools at
    which, or in an induction of which, they play it."""

    ids: Mapping[Role, frozenset[int]]
    schools: Mapping[Role, frozenset[int]]

    def roles(self) -> frozenset[Role]:
        return frozenset(self.ids)

    def roles_in(self, induction) -> frozenset[Role]:
        """Every part that the person plays for this induction."""
        where = {
            "induction": induction.pk,
            "school": induction.school_id,
            "appropriate_body": induction.appropriate_body_id,
            "installation": 0,
        }
        return frozenset(role for role, ids in self.ids.items() if where[HELD_AT[role]] in ids)

    def roles_at(self, school: int) -> frozenset[Role]:
        """Every part that the person plays at this school or in an induction of it."""
        return frozenset(role for role, ids in self.schools.items() if school in ids)

    def schools_of(self, roles: Iterable[Role]) -> frozenset[int]:
        """The schools at which, or in an induction of which, the person plays one of these parts."""
        return frozenset().union(*(self.schools.get(role, ()) for role in roles))

    def reach(self, role: Role, induction: str = "induction") -> Q:
        """The rows whose induction this person reaches by this role; `induction` is the path to it ("" when it is the row)."""
        ids = self.ids.get(role)
        if not ids:
            return Q(pk__in=())
        if HELD_AT[role] == "installation":
            return ~Q(pk__in=())
        if HELD_AT[role] == "induction":
            return Q(**{f"{induction or 'pk'}__in": ids})
        return Q(**{f"{induction}__{HELD_AT[role]}__in" if induction else f"{HELD_AT[role]}__in": ids})


def reach(places: Places, row: Mapping[Role, States], *, induction: str = "induction", state: str = "state") -> Q:
    """The objects on which this row of a table of rules lets the person act, as a condition of a query."""
    condition = Q()
    for role in places.roles() & row.keys():
        states = row[role]
        mine = places.reach(role, induction)
        condition |= mine if isinstance(states, _EveryState) else mine & Q(**{f"{state}__in": tuple(states)})
    return condition or Q(pk__in=())


def allowed(roles: Collection[Role], row: Mapping[Role, States], state: str) -> bool:
    """Whether any of these roles may, in this state, do what the row of a table of rules is about."""
    return any(state in row[role] for role in roles if role in row)


def require(granted: Any) -> None:
    """Answers 403 unless granted. What a person may not even know of is never fetched, so that is a 404."""
    if not granted:
        raise PermissionDenied
