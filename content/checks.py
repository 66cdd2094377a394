"""The checks of content packs: shape, names, references. All of a load is checked before any of it is loaded.

A pack with any fault changes nothing, and every fault of every pack is told at once (programme, section 2).
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from content import documents, packs
from content.documents import Document
from content.models import Section
from content.packs import CYCLE, PACK, PARTS, SECTION, STEP, TEMPLATE, BrokenPacks, Entry, Plan, Source

SCHEMA = Draft202012Validator(json.loads((Path(__file__).parent / "schema.json").read_text(encoding="utf-8")))

TYPES = {
    "string": "text (in quotes where it looks like a number, or like true, false or null)",
    "integer": "a whole number",
    "boolean": "true or false",
    "array": "a list",
    "object": "keys and values",
}
#                            keyword of the schema            what is expected there
EXPECTED: dict[str, Callable[[Any], str]] = {
    "type": lambda error: TYPES[error.validator_value],
    "enum": lambda error: "one of " + ", ".join(str(value) for value in error.validator_value),
    "minLength": lambda error: "some text",
    "maxLength": lambda error: f"at most {error.validator_value} characters",
    "minItems": lambda error: "at least one item",
    "maxItems": lambda error: f"at most {error.validator_value} items",
    "minimum": lambda error: f"a number of at least {error.validator_value}",
    "maximum": lambda error: f"a number of at most {error.validator_value}",
    "pattern": lambda error: error.schema["description"],
    "not": lambda error: error.schema["description"],
    "anyOf": lambda error: error.schema["description"],
}


def plan(sources: Iterable[Source]) -> Plan:
    """What loading these packs would do. Raises BrokenPacks with every fault of all of them."""
    read = [documents.read(source.name, source.content) for source in sources]
    for document in read:
        if document.content is not None or not document.faults:
            check_shape(document)
    entries = [entry for document in read for entry in packs.entries_of(document)]
    check_names(entries)
    check_references(entries)
    if faults := [fault for document in read for fault in document.faults.values()]:
        raise BrokenPacks(faults)
    return packs.compare(entries)


def check_shape(document: Document) -> None:
    """The document against the published schema. What is of another shape is then left out of the document's content,
    so that the other checks meet nothing unexpected."""
    errors = list(islice(SCHEMA.iter_errors(document.content), documents.MOST_FAULTS))
    wrong = set()
    for error in errors:
        place = tuple(error.absolute_path)
        if error.validator == "required":
            for key in error.validator_value:
                if key not in error.instance:
                    document.fault((*place, key), f"the key {key}")
        elif error.validator == "additionalProperties":
            known = error.schema["properties"]
            for key in error.instance:
                if key not in known:
                    document.fault((*place, key), "no such key, only " + ", ".join(known))
        else:
            document.fault(place, EXPECTED[error.validator](error))
            wrong.add(place)
    if () in wrong or len(errors) == documents.MOST_FAULTS:
        document.content = None
        return
    for *way, last in sorted(wrong, key=len, reverse=True):
        holder = document.content
        for part in way:
            holder = holder[part]
        if isinstance(holder, dict):
            del holder[last]
        else:
            holder[last] = None


def check_names(entries: list[Entry]) -> None:
    """A piece has a key of its own among its siblings, and one that stands in a pack itself among all packs."""
    packs_read = {entry.key for entry in entries if entry.part is PACK}
    taken = {
        (part, getattr(row, part.key)): row.pack.slug
        for part in PARTS
        if part.is_top
        for row in part.model._default_manager.filter(retired=False).select_related("pack")
        if row.pack.slug not in packs_read
    }
    first: dict[Any, Entry] = {}
    for entry in entries:
        if not entry.key:
            continue
        siblings = entry.above if entry.above and not entry.part.is_top else None
        used = first.setdefault((entry.part, siblings, entry.key), entry)
        expected = f"a {entry.part.key} of its own: "
        if used is not entry:
            line = used.document.line_of((*used.place, used.part.key))
            entry.fault(f"{expected}{entry.key} is used at {used.document.name}:{line}", entry.part.key)
        elif pack := taken.get((entry.part, entry.key)):
            entry.fault(f"{expected}the pack {pack} has {entry.key}", entry.part.key)
    for entry in entries:
        check_repetitions(entry)


REPETITIONS = [
    (SECTION, "options", None),
    (SECTION, "columns", "key"),
    (STEP, "templates", None),
    (CYCLE, "steps", "interaction"),
]


def check_repetitions(entry: Entry) -> None:
    """No option, template, column or interaction twice in one piece."""
    for part, name, key in REPETITIONS:
        if entry.part is not part:
            continue
        seen = set()
        for index, item in given(entry, name):
            value = item.get(key) if key else item
            if value in seen:
                entry.fault(
                    f"each {key or 'one'} once only: {value} is there before", name, index, *([key] if key else [])
                )
            if value is not None:
                seen.add(value)


def check_references(entries: list[Entry]) -> None:
    """What a step refers to is there: templates in these packs or loaded before, themes in the step's own cycle, and
    sections in the templates of the step."""
    packs_read = [entry.key for entry in entries if entry.part is PACK]
    sections: dict[Any, set[Any]] = defaultdict(set)
    loaded = Section.objects.current().filter(template__retired=False).exclude(template__pack__slug__in=packs_read)
    for template, key in loaded.values_list("template__slug", "key"):
        sections[template].add(key)
    for entry in entries:
        if entry.part is TEMPLATE:
            sections[entry.key].update(section["key"] for _, section in given(entry, "sections") if "key" in section)
    for entry in entries:
        if entry.part is not STEP or not entry.above:
            continue
        themes = {theme.get("slug") for _, theme in given(entry.above, "themes")}
        keys: set[Any] = set()
        for index, slug in given(entry, "templates"):
            if slug not in sections:
                entry.fault(f"the slug of a template: there is no {slug}", "templates", index)
            keys |= sections.get(slug, set())
        for index, group in given(entry, "prompts"):
            if group.get("theme") not in themes | {None}:
                entry.fault(
                    f"the slug of a theme of this cycle: there is no {group['theme']}", "prompts", index, "theme"
                )
            if group.get("section") not in keys | {None}:
                expected = f"the key of a section of the step's templates: there is no {group['section']}"
                entry.fault(expected, "prompts", index, "section")


def given(entry: Entry, name: str) -> Iterator[tuple[int, Any]]:
    """The items of one of a piece's lists with their places, without those that were of another shape."""
    return ((index, item) for index, item in enumerate(entry.values.get(name, [])) if item is not None)
