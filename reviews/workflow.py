"""Progress reviews and formal assessments: their states, and every step from one to the next.

`STEPS` is the whole truth about who moves a report where. A progress review is signed by ECT and tutor (`004`), a formal
assessment by the headteacher too (G ¶2.61). Comments come before signatures, and the ECT signs before the tutor (`004`).
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import models
from django.utils import timezone
from django.utils.formats import date_format

from people import workflow
from people.permissions import Role

if TYPE_CHECKING:
    from .models import Review


class State(models.TextChoices):
    DRAFT = "draft", "Draft"
    RELEASED = "released", "ECT to comment"
    COMMENTED = "commented", "Needs signatures"
    ECT_SIGNED = "ect_signed", "Needs signatures"
    TUTOR_SIGNED = "tutor_signed", "Needs signatures"
    SUBMITTED = "submitted", "Submitted"
    REVIEWED = "reviewed", "Reviewed"
    RETURNED = "returned", "Returned"


WRITTEN_BY_TUTOR = frozenset({State.DRAFT, State.RETURNED})
SHARED_WITH_ECT = frozenset(State) - WRITTEN_BY_TUTOR
WITH_APPROPRIATE_BODY = frozenset({State.SUBMITTED, State.REVIEWED})
FINISHED = frozenset({State.SUBMITTED, State.REVIEWED})  # nothing is due from the school


def a_begun_term_and_a_complete_report(review: "Review") -> str:
    """A report is on days that have been, so its term has begun; and what the tutor still has to answer (G ¶2.52)."""
    found = []
    if review.state == State.DRAFT and (begins_on := review.begins_on()) > timezone.localdate():
        found.append(f"This term has not begun. You can release this from {date_format(begins_on, 'j F Y')}.")
    if missing := review.missing():
        found.append(f"Still to answer: {', '.join(missing.values())}.")
    return " ".join(found)


def a_comment(review: "Review") -> str:
    if review.ect_comment.strip() and review.no_comment:
        return "You have written a comment and ticked that you have nothing to add. Keep one of the two."
    if review.ect_comment.strip() or review.no_comment:
        return ""
    return "Write your comment, or tick that you have nothing to add."


def a_reason(review: "Review") -> str:
    return "" if review.return_reason.strip() else "Say what has to change before you return it."


@dataclass(frozen=True, kw_only=True)
class Step(workflow.Step):
    page: str  # the name of the page where it is taken
    again: str = ""  # its link where the appropriate body has returned the report
    awaited: str = ""  # what others wait for while it is the next, where its link alone does not say so
    then: str = ""  # pressed on the report's own page, it leads at once to the form of this step
    signs: bool = False
    new_round: bool = False  # signatures given before it no longer count
    formal_to: State | None = None  # where a formal assessment goes instead
    formal_only: bool = False

    @property
    def role(self) -> Role:
        """Each step of a report is one role's."""
        [role] = self.who
        return role

    def link_from(self, state: str) -> str:
        return self.again if self.again and state == State.RETURNED else self.link

    def arrives(self, formal: bool) -> str:
        return self.formal_to if formal and self.formal_to else self.to


STEPS = {
    "release": Step(
        {State.DRAFT, State.RETURNED}, State.RELEASED, {Role.TUTOR},
        button="Release to ECT", link="Fill in", again="Change and release again", page="edit",
        awaited="release it", done="released it to the ECT",
        needs=a_begun_term_and_a_complete_report,
    ),
    "take_back": Step(
        {State.RELEASED, State.COMMENTED, State.ECT_SIGNED, State.TUTOR_SIGNED}, State.DRAFT, {Role.TUTOR},
        button="Take back to draft", page="step", done="took it back to draft", new_round=True,
    ),
    "comment": Step(
        {State.RELEASED}, State.COMMENTED, {Role.ECT},
        button="Finish commenting", link="Comment", page="comment", done="finished their comment", needs=a_comment,
    ),
    "change_comment": Step(
        {State.COMMENTED}, State.RELEASED, {Role.ECT},
        button="Change my comment", page="step", then="comment", done="reopened their comment",
    ),
    "sign_as_ect": Step(
        {State.COMMENTED}, State.ECT_SIGNED, {Role.ECT},
        button="Sign", link="Sign", page="sign", done="signed it", signs=True,
    ),
    "sign_as_tutor": Step(
        {State.ECT_SIGNED}, State.SUBMITTED, {Role.TUTOR}, formal_to=State.TUTOR_SIGNED,
        button="Sign", link="Sign", page="sign", done="signed it", signs=True,
    ),
    "sign_as_head": Step(
        {State.TUTOR_SIGNED}, State.SUBMITTED, {Role.HEAD}, formal_only=True,
        button="Sign", link="Sign", page="sign", done="signed it", signs=True,
    ),
    "accept": Step(
        {State.SUBMITTED}, State.REVIEWED, {Role.AB_OFFICER},
        button="Mark as reviewed", link="Review", awaited="review it", page="step", done="marked it as reviewed",
    ),
    "send_back": Step(
        {State.SUBMITTED}, State.RETURNED, {Role.AB_OFFICER},
        button="Return to school", page="step", done="returned it to the school", needs=a_reason, new_round=True,
    ),
}  # fmt: skip


def next_step(state: str, *, formal: bool) -> str | None:
    """The name of the step that a report in this state waits for; None when it has reached its end."""
    for name, step in STEPS.items():
        if step.link and state in step.start and (formal or not step.formal_only):
            return name
    return None


# Whom others wait for; an ECT is called by name.
WHOM = {Role.TUTOR: "the induction tutor", Role.HEAD: "the headteacher", Role.AB_OFFICER: "the appropriate body"}


def signers(*, formal: bool) -> list[Role]:
    """Whose signatures a report needs, in the order in which they are given."""
    return [step.role for step in STEPS.values() if step.signs and (formal or not step.formal_only)]


# Who is told when a step has been taken, beside the person whose turn it becomes; never the one who took it.
TOLD = {
    "take_back": [Role.ECT],
    "sign_as_tutor": [Role.ECT, Role.HEAD],
    "sign_as_head": [Role.ECT, Role.TUTOR],
    "accept": [Role.ECT, Role.TUTOR, Role.HEAD],
    "send_back": [Role.ECT, Role.TUTOR, Role.HEAD],
}
