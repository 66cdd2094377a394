"""What the two tables of a subject say of one object: who may do what with it (`RULES`), and how it moves (`STEPS`)."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models

from .permissions import Role, Rules, allowed
from .workflow import Step

if TYPE_CHECKING:
    from .models import User


class Governed(models.Model):
    """An object with a state. Each model gives its tables and its words; who plays which part is asked of its induction."""

    rules: ClassVar[Rules]
    table: ClassVar[Mapping[str, Step]]  # of steps
    called: ClassVar[str]
    not_yours: ClassVar[str] = ""  # shown to whoever tries another's step; if empty, they are told whose it is

    if TYPE_CHECKING:
        induction: Any
        state: Any
        revision: Any
        get_state_display: Any

    class Meta:
        abstract = True

    def roles_of(self, user: "User") -> frozenset[Role]:
        return user.places.roles_in(self.induction)

    def may(self, user: "User", action: str) -> bool:
        return allowed(self.roles_of(user), self.rules[action], self.state)

    def could(self, user: "User", action: str) -> bool:
        """Whether this is the person's to do in some state, even if not in this one."""
        return not self.rules[action].keys().isdisjoint(self.roles_of(user))

    def leads_on(self, name: str) -> bool:
        """Whether this step starts from where this is now."""
        return self.state in self.table[name].start

    def steps_for(self, user: "User") -> list[str]:
        """The names of the steps that are this person's in this state, ready or not."""
        roles = self.roles_of(user)
        return [name for name, step in self.table.items() if self.leads_on(name) and roles & step.who]

    def why_not(self, name: str, user: "User") -> str:
        """Why this person cannot take this step now, in words; empty when they can."""
        step = self.table[name]
        if not self.roles_of(user) & step.who:
            whose = " or the ".join(sorted(role.within for role in step.who))
            return self.not_yours or f"This step is for the {whose}."
        if not self.leads_on(name):
            return f"This {self.called} is at “{self.get_state_display()}” now, so this step cannot be taken."
        return step.needs(self)
