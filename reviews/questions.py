"""What a report asks, in the order of the page: the form, the page, the record and the check before release all read this.

The questions are the statutory minimum (G ¶2.52, ¶4.1, `004`).
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from django.utils.formats import date_format

from people.permissions import Role

from .workflow import SHARED_WITH_ECT, WITH_APPROPRIATE_BODY, State

if TYPE_CHECKING:
    from .models import Review

COMMENT_SHOWN = SHARED_WITH_ECT - {State.RELEASED}  # a comment is the ECT's own until they have finished it
COMMENT, TARGETS, TARGET = "The ECT's comment", "Development targets", "Target "
VAGUE = 40  # characters; a target this short seldom says how one will know


def not_on_track(review: "Review") -> bool:
    return review.on_track is False


def without_a_plan(review: "Review") -> bool:
    return not_on_track(review) and review.support_plan_in_place is False


def entitlements_unmet(review: "Review") -> bool:
    return review.entitlements_met is False


def before_the_end(review: "Review") -> bool:
    return not review.is_final


def staying(review: "Review") -> bool:
    return before_the_end(review) and review.staying is True


def at_the_end(review: "Review") -> bool:
    return review.is_final


def always(review: "Review") -> bool:
    return True


@dataclass(frozen=True)
class Question:
    """One answer that is a column of the report."""

    field: str
    label: str
    ask: str  # what to do when it is missing
    applies: Callable[["Review"], bool] = always
    hint: str = ""
    section: str = "The review"
    asked: str = ""  # as the form asks the tutor, where the label for all readers says less

    @property
    def in_form(self) -> str:
        return self.asked or self.label

    def answer(self, review: "Review") -> str:
        if in_words := getattr(review, f"get_{self.field}_display", None):
            return in_words() or ""
        value = getattr(review, self.field)
        if isinstance(value, Decimal):
            return f"{value.normalize():f}"  # 1 and 1.00 are the same answer
        return "" if value is None else str(value)


QUESTIONS = [
    Question("on_track", "Is the ECT on track to complete their induction?", "say whether the ECT is on track"),
    Question(
        "reasons", "Reasons", "give brief reasons", asked="Reasons for your answer",
        hint="A few sentences are enough. Nothing here should surprise the ECT.",
    ),
    Question(
        "evidence_summary", "Evidence drawn on", "sum up the evidence", asked="The evidence that you drew on",
        hint="Name existing evidence only: observations, planning, pupils' work, talks. Do not make any for this review.",
    ),
    Question(
        "ect_informed", "Has the ECT been told that they are not on track?", "say whether the ECT has been told", not_on_track,
        section="Support",
    ),
    Question(
        "support_plan_in_place", "Is a support plan in place?", "say whether a support plan is in place", not_on_track,
        section="Support",
    ),
    Question(
        "support_plan_reason", "Why is there no support plan yet?", "say why there is no support plan",
        without_a_plan,
        section="Support",
    ),
    Question(
        "entitlements_met", "Has the ECT had their training programme and all other statutory entitlements?",
        "say whether entitlements were met",
        hint="Reduced timetable, mentor sessions in timetabled time, training, observations with feedback.",
        section="Entitlements and working pattern",
    ),
    Question(
        "entitlements_reason", "Which were not met, and why?", "say which entitlements were not met",
        entitlements_unmet,
        section="Entitlements and working pattern",
    ),
    Question(
        "days_absent", "Days absent in this period", "enter the days absent, or 0",
        hint="Half days count as 0.5. Enter 0 if there were none.",
        section="Entitlements and working pattern",
    ),
    Question(
        "staying", "Will the ECT be at this school next term?", "say whether the ECT is staying",
        before_the_end,
        section="Entitlements and working pattern",
    ),
    Question(
        "next_fte", "Full-time equivalent (FTE) next term", "enter the full-time equivalent",
        staying,
        hint="1 is full time, 0.6 is three days a week.",
        section="Entitlements and working pattern",
    ),
    Question(
        "recommendation", "The headteacher's recommendation", "choose the headteacher's recommendation",
        at_the_end,
        hint="The headteacher makes it by signing the report.",
        section="Recommendation",
    ),
]  # fmt: skip


def missing(review: "Review") -> dict[str, str]:
    """The questions that are still to be answered, in the order of the page: name of the field and what to do."""
    found = {
        question.field: question.ask
        for question in QUESTIONS
        if question.applies(review) and not question.answer(review)
    }
    rows = review.rows_written()
    if review.on_track is False and not rows["any_concern"]:
        found["concerns"] = "name at least one standard of concern, with evidence"
    if review.is_formal and not rows["every_statement"]:
        found["statements"] = "write a statement for each standard"
    if not rows["every_outcome"]:
        found["outcomes"] = "say what became of each earlier target"
    if not review.is_final and not rows["any_target"]:
        found["targets"] = "set at least one target"
    if (rows["any_target"] or not review.is_final) and not review.targets_agreed:
        found["targets_agreed"] = "tick that the ECT has agreed the targets"
    return found


Sections = list[tuple[str, list[tuple[str, str]]]]


def sections(review: "Review") -> Sections:
    """All that the report says, as titled lists of question and answer: the page, the PDF and what is signed show this.

    From release on these are the words that were released, whatever has become of standards, questions or earlier
    targets since; the ECT's comment comes to them when it is finished.
    """
    if review.released and not review.is_written_by_tutor:
        said = [
            (part["title"], [(label, text) for label, text in part["answers"]]) for part in review.released["sections"]
        ]
    else:
        said = list(_written(review))
    if review.state in COMMENT_SHOWN and (review.ect_comment or review.no_comment):
        said.append((COMMENT, [("Comment", review.ect_comment or "The ECT had nothing to add.")]))
    return said


def changed_since_returned(review: "Review", said: Sections) -> list[str] | None:
    """The labels of the answers that are not as in the version that the appropriate body returned, in the order of the page;
    also of those that only one of the two has. None where it has returned none.

    `said` is what `sections` gives. A comment that is not finished yet is not compared.
    """
    if not review.return_reason:
        return None
    newest = 1 if review.state in WITH_APPROPRIATE_BODY else 0  # a record of what is there now
    returned = review.versions()[newest]
    now = {(title, label): text for title, answers in said for label, text in answers}
    then = {(part["title"], label): text for part in returned.content["sections"] for label, text in part["answers"]}
    if review.state not in COMMENT_SHOWN:
        then = {(title, label): text for (title, label), text in then.items() if title != COMMENT}
    return [label for title, label in now | then if now.get((title, label)) != then.get((title, label))]


def _written(review: "Review") -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """What the tutor has written, as the report stands now."""
    not_answered = "Not answered"
    by_section: dict[str, list[tuple[str, str]]] = {}
    for question in QUESTIONS:
        if question.applies(review):
            by_section.setdefault(question.section, []).append(
                (question.label, question.answer(review) or not_answered)
            )
    yield "The review", by_section["The review"]
    if not_on_track(review):
        concerns = [(str(row.standard), row.evidence) for row in review.concerns.select_related("standard")]
        yield "Standards of concern", concerns or [("Standards of concern", not_answered)]
        yield "Support", by_section["Support"]
    if review.is_formal:
        statements = [(str(row.standard), row.text) for row in review.statements.select_related("standard")]
        yield "The Teachers' Standards", statements or [("The Teachers' Standards", not_answered)]
    if outcomes := list(review.outcomes.all()):
        yield "Earlier targets", [(row.text, _outcome(row.get_outcome_display(), row.comment)) for row in outcomes]
    targets = [(f"{TARGET}{number}", words) for number, words in enumerate(targets_in_words(review), start=1)]
    if targets:
        targets.append(("Agreed with the ECT", "Yes" if review.targets_agreed else "No"))
    if targets or not review.is_final:
        yield TARGETS, targets or [("Targets", not_answered)]
    yield "Entitlements and working pattern", by_section["Entitlements and working pattern"]
    if review.is_final:
        yield "Recommendation", by_section["Recommendation"]


def _outcome(outcome: str, comment: str) -> str:
    return f"{outcome or 'Not answered'}. {comment}".rstrip()


def target_in_words(text: str, standards: list[str], review_on: date | None) -> str:
    said = [text]
    if standards:
        said.append("Standards: " + ", ".join(standards) + ".")
    if review_on:
        said.append(f"To be looked at again on {date_format(review_on, 'j F Y')}.")
    return "\n".join(said)


def targets_in_words(review: "Review") -> list[str]:
    rows = review.targets.order_by("position", "standards__position").values_list(
        "position", "text", "review_on", "standards__code", "standards__title"
    )
    by_target = (list(found) for _, found in groupby(rows, key=itemgetter(0)))
    return [
        target_in_words(found[0][1], [f"{row[3]} {row[4]}" for row in found if row[3]], found[0][2])
        for found in by_target
    ]


def advice(review: "Review", said: Sections, changed: list[str] | None = None) -> list[str]:
    """Why appropriate bodies send reports back (induction §6), where this one gives cause; never a reason to refuse it.

    `said` is what `sections` gives, `changed` what `changed_since_returned` does.
    """
    found = []
    if changed == []:
        found.append("Nothing has been changed since the appropriate body returned this report.")
    text = f"{review.reasons} {review.evidence_summary}"
    if not any(word in text for word in ("TS", "Standard", "standard")):
        found.append("No Teachers' Standard is named in the reasons or the evidence.")
    targets = [
        text for title, answers in said if title == TARGETS for label, text in answers if label.startswith(TARGET)
    ]
    if any(len(text.partition("\n")[0]) < VAGUE for text in targets):
        found.append("A target is very short. Does it say how one will see that it is met?")
    if review.next_fte is not None and review.next_fte != review.fte:
        found.append(
            "The full-time equivalent next term differs from the one that we know. Does the school's record need a change?"
        )
    if review.on_track is False and review.support_plan_in_place is False:
        found.append("The ECT is not on track and there is no support plan yet.")
    if (before := review.previous()) and before.submitted_at is None:
        found.append(
            f"The report before this one ({before}) is not submitted yet, so its targets cannot be followed up here."
        )
    return found


def header(review: "Review") -> list[list[str]]:
    """Who and what the report is about: label and text. Frozen at release, so that what was signed stays what it was."""
    if review.released and not review.is_written_by_tutor:
        return review.released["about"]
    induction = review.induction
    people = induction.people()
    served = Decimal(review.served.numerator) / review.served.denominator
    return [
        ["ECT", induction.ect.name],
        ["Teacher reference number", induction.trn],
        ["School", f"{induction.school.name} (URN {induction.school.urn})"],
        ["Appropriate body", induction.appropriate_body.name],
        ["Induction tutor", people[Role.TUTOR].name if Role.TUTOR in people else "None"],
        ["Mentor", people[Role.MENTOR].name if Role.MENTOR in people else "None"],
        ["Period", f"{date_format(review.period_from, 'j F Y')} to {date_format(review.period_to, 'j F Y')}"],
        ["Term of induction", str(review.number)],
        ["Full-time equivalent (FTE) in the period", f"{review.fte.normalize():f}"],
        ["Terms served by the end of the period", f"{round(served, 2).normalize():f}"],
    ]


def content(review: "Review") -> dict:
    """Everything that a signature is about, as data: the same words as on the page, in the same order."""
    return {
        "report": str(review),
        "about": header(review),
        "sections": [{"title": title, "answers": [list(row) for row in rows]} for title, rows in sections(review)],
    }


def digest(content: dict) -> str:
    """SHA-256 of the content, however its keys are ordered."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=True).encode()).hexdigest()
