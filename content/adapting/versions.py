"""Two versions of what a template asks, side by side in words.

A version is plain JSON: `title`, `introduction` and `sections`, as `copy()` of a template gives them.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from content.models import Adaptation, Template

Version = Mapping[str, Any]


class Difference(NamedTuple):
    """What it is about, and what each version says of it; empty where a version has nothing of the kind."""

    about: str
    before: str
    after: str


def version_of(template: Template) -> dict[str, Any]:
    """What the programme's template asks today."""
    return {"title": template.title, "introduction": template.introduction, "sections": template.copy()}


def since(adaptation: Adaptation) -> list[Difference] | None:
    """What the programme has changed in its own since this version was held against it; None while it has no later one."""
    if not adaptation.is_outdated:
        return None
    return differences(adaptation.original, version_of(adaptation.adapted_from))


def differences(before: Version, after: Version) -> list[Difference]:
    """What is different, in the order of the page, with sections at the place that they have now."""
    found = [
        Difference(about, before[name], after[name])
        for name, about in (("title", "Title"), ("introduction", "Introduction"))
        if before[name] != after[name]
    ]
    were, are = ({section["key"]: section for section in version["sections"]} for version in (before, after))
    for key in [*are, *(key for key in were if key not in are)]:
        then, now = in_words(were.get(key)), in_words(are.get(key))
        if then != now:
            found.append(Difference((are.get(key) or were[key])["title"] or "A new section", then, now))
    orders = [[section["key"] for section in version["sections"]] for version in (before, after)]
    if orders[0] != orders[1]:
        found.append(Difference("Order of the sections", _order(before), _order(after)))
    return found


def in_words(section: Mapping[str, Any] | None) -> str:
    """All that a section says, a line for each part; nothing for no section."""
    if section is None:
        return ""
    parts = [
        f"Title: {section['title']}",
        section["hint"] and f"Hint: {section['hint']}",
        section["minutes"] and f"Minutes: {section['minutes']}",
        *(f"Prompt: {prompt}" for prompt in section["prompts"]),
        *(f"Option: {option}" for option in section["options"]),
        *(f"Column: {column['title']}" for column in section["columns"]),
        section["needed"] and "Must be answered",
        section.get("hidden") and "Hidden",
    ]
    return "\n".join(part for part in parts if part)


def _order(version: Version) -> str:
    return "\n".join(f"{number}. {section['title']}" for number, section in enumerate(version["sections"], 1))
