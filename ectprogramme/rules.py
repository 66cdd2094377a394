"""`docs/rules.md`, and on the page of an induction who sees what of it: printed from the tables that the code reads."""

from collections.abc import Iterator, Mapping
from types import ModuleType

from content import permissions as reading_permissions
from content import workflow as reading_workflow
from content.adapting import permissions as adapting_permissions
from content.adapting import workflow as adapting_workflow
from content.electives import permissions as elective_permissions
from content.electives import workflow as elective_workflow
from content.examples import permissions as example_permissions
from cycles import permissions as meeting_permissions
from cycles import workflow as meeting_workflow
from cycles.audits import permissions as audit_permissions
from cycles.audits import workflow as audit_workflow
from cycles.learning import permissions as learning_permissions
from cycles.learning import workflow as learning_workflow
from observations import permissions as proforma_permissions
from observations import workflow as proforma_workflow
from people.permissions import EVERY_STATE, HELD_AT, SECOND_FACTOR, SEE_DATES, SEE_INDUCTION, SEE_SCHOOL, Role, States
from people.workflow import nothing
from reviews import permissions as review_permissions
from reviews import workflow as review_workflow

SUBJECTS: list[tuple[str, ModuleType | None, ModuleType]] = [
    ("Progress reviews and formal assessments", review_workflow, review_permissions),
    ("Meetings of mentor and ECT", meeting_workflow, meeting_permissions),
    ("Module audits", audit_workflow, audit_permissions),
    ("Learning logs, and the actions of an ECT's own", learning_workflow, learning_permissions),
    ("Engage-with-an-expert proformas", proforma_workflow, proforma_permissions),
    ("Reading, and the reflections beside it", reading_workflow, reading_permissions),
    ("A school's own meeting templates", adapting_workflow, adapting_permissions),
    ("Choosing an elective", elective_workflow, elective_permissions),
    ("A school's own examples, by the audience of their section", None, example_permissions),
]


# What there is to see of an induction: in which table it stands, and since when those see it who do not always.
RELEASED, SUBMITTED, SHARED = "once it is released", "once it is submitted", "once it is shared"
SEEN: list[tuple[str, Mapping[Role, States], dict[Role, str]]] = [
    (
        "Reviews and formal assessments",
        review_permissions.RULES["read"],
        {Role.ECT: RELEASED, Role.AB_OFFICER: SUBMITTED},
    ),
    ("When reviews are due", dict.fromkeys(SEE_DATES, EVERY_STATE), {}),
    ("Meetings: the date, the focus and the action steps", meeting_permissions.RULES["see"], {}),
    ("Meetings: the notes", meeting_permissions.RULES["read"], {}),
    ("Engage-with-an-expert proformas", proforma_permissions.RULES["read"], {}),
    ("Module audits that are complete", audit_permissions.RULES["read"], {}),
    ("Reflections", reading_permissions.RULES["read"], {Role.MENTOR: SHARED}),
    ("The learning log: actions, audits, and reflections as above", learning_permissions.RULES["read"], {}),
    ("Electives, and why they were chosen", elective_permissions.RULES["see"], {}),
    ("How far the reading has come", reading_permissions.RULES["see_progress"], {}),
    ("Which studies are done", reading_permissions.RULES["see_outcome"], {}),
    ("People, dates and working pattern", dict.fromkeys(SEE_INDUCTION, EVERY_STATE), {}),
]


def who_sees() -> list[tuple[str, str]]:
    """What there is to see of an induction, and in words who sees it."""
    return [(what, ", ".join(_since(role, notes) for role in Role if role in row)) for what, row, notes in SEEN]


def _since(role: Role, notes: Mapping[Role, str]) -> str:
    return f"{role.within} ({notes[role]})" if role in notes else role.within


def page() -> str:
    """The whole page, in Markdown."""
    return "\n".join([*_opening(), *_roles(), *(line for subject in SUBJECTS for line in _subject(*subject))]) + "\n"


def _opening() -> Iterator[str]:
    yield "# Who may do what"
    yield ""
    yield "Printed by `manage.py printrules` from the tables in the code; `./test` fails when it is out of date. What is not"
    yield "listed is refused: whoever may not know of a thing gets 'page not found', whoever may see it but not do the step gets"
    yield "'you cannot do this'."
    yield ""


def _roles() -> Iterator[str]:
    yield "## Roles"
    yield ""
    yield "A role is held at a place from a day to a day (`people/models.py`, `Post`). A leaver loses access after the last day."
    yield ""
    yield "| role | held at | needs a second step at sign-in | sees when reviews are due | sees the school's page |"
    yield "|---|---|---|---|---|"
    for role in Role:
        place = HELD_AT[role].replace("_", " ")
        ticks = " | ".join(_tick(role in roles) for roles in (SECOND_FACTOR, SEE_DATES, SEE_SCHOOL))
        yield f"| {role.label} | {place} | {ticks} |"
    yield ""
    yield "Everybody with a role in an induction, and the programme administrator, sees its people, dates and working pattern."
    yield ""


def _subject(title: str, workflow: ModuleType | None, permissions: ModuleType) -> Iterator[str]:
    yield f"## {title}"
    yield ""
    if workflow:
        yield from _workflow(workflow)
    yield "| may | what that is | " + " | ".join(role.label for role in Role) + " |"
    yield "|---|---|" + "---|" * len(Role)
    for action, row in permissions.RULES.items():
        yield f"| {action} | {permissions.MEANS[action]} | " + " | ".join(_allowed(row, role) for role in Role) + " |"
    yield ""


def _workflow(workflow: ModuleType) -> Iterator[str]:
    yield "```mermaid"
    yield "stateDiagram-v2"
    for name, step in workflow.STEPS.items():
        for start in sorted(step.start):
            yield f"  {start} --> {step.to.value}: {name}"
            if getattr(step, "formal_to", None):
                yield f"  {start} --> {step.formal_to.value}: {name} (formal assessment)"
    yield "```"
    yield ""
    yield "| state | shown as |"
    yield "|---|---|"
    for state in workflow.State:
        yield f"| `{state.value}` | {state.label} |"
    yield ""
    yield "| step | who | from | to | needs first |"
    yield "|---|---|---|---|---|"
    for name, step in workflow.STEPS.items():
        who = ", ".join(role.label for role in Role if role in step.who)
        to = f"`{step.to.value}`"
        if getattr(step, "formal_to", None):
            to += f", a formal assessment to `{step.formal_to.value}`"
        if getattr(step, "formal_only", False):
            to += " (formal assessments only)"
        if getattr(step, "each", False):
            to += " when each has taken it"
        needs = "" if step.needs is nothing else step.needs.__name__.replace("_", " ")
        yield f"| {name} | {who} | {', '.join(f'`{state}`' for state in sorted(step.start))} | {to} | {needs} |"
    yield ""


def _allowed(row, role: Role) -> str:
    if role not in row:
        return "–"
    return "always" if row[role] is EVERY_STATE else ", ".join(f"`{state}`" for state in sorted(row[role]))


def _tick(value: bool) -> str:
    return "yes" if value else "–"
