"""The checks of content packs: shape, names, references. All of a load is checked before any of it is loaded.

A pack with any fault changes nothing, and every fault of every pack is told at once (programme, section 2).
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from itertools import islice
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from content import documents, packs
from content.documents import Document
from content.models import Section, Study, Template
from content.packs import (
    CYCLE,
    MODULE,
    PACK,
    PARTS,
    SECTION,
    SESSION,
    STATEMENT,
    STEP,
    STUDY,
    STUDY_SECTION,
    TEMPLATE,
    BrokenPacks,
    Entry,
    Part,
    Plan,
    Relation,
    Source,
    part_of_packs,
)

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
    (SECTION, "statements", None),
    (STUDY, "after", None),
    (STUDY_SECTION, "phases", None),
    (STUDY_SECTION, "statements", None),
    (STUDY_SECTION, "references", None),
    (SESSION, "statements", None),
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
    """Whatever is referred to is there: in these packs, or in those loaded before."""
    known = {part: _known(part, entries) for part in PARTS if part.is_top}
    for entry in entries:
        for relation in entry.part.refers:
            _check_relation(entry, relation, known)
        if entry.part is SECTION:
            for index, code in given(entry, "statements"):
                _check_name(entry, STATEMENT, code, known, "statements", index)
        elif entry.part is MODULE:
            _check_audit(entry, entries)
        elif entry.part is STUDY:
            _check_study(entry)
        elif entry.part is STEP and entry.above:
            _check_step(entry, entries)
    _check_order(entries)


def _known(part: Part, entries: list[Entry]) -> set[str]:
    """The keys of one kind of piece in these packs and in the others that are loaded."""
    packs_read = [entry.key for entry in entries if entry.part is PACK]
    loaded = part.model._default_manager.filter(retired=False).exclude(pack__slug__in=packs_read)
    return {*loaded.values_list(part.key, flat=True), *(entry.key for entry in entries if entry.part is part)}


def _check_relation(entry: Entry, relation: Relation, known: Mapping[Part, set[str]]) -> None:
    part = part_of_packs(relation.to)
    if relation.many:
        for index, key in given(entry, relation.name):
            _check_name(entry, part, key, known, relation.name, index)
    elif relation.name in entry.values:
        _check_name(entry, part, entry.values[relation.name], known, relation.name)


def _check_name(entry: Entry, part: Part, key: str, known: Mapping[Part, set[str]], *place: str | int) -> None:
    if key not in known[part]:
        entry.fault(f"the {part.key} of a {part.called}: there is no {key}", *place)


def _check_audit(module: Entry, entries: list[Entry]) -> None:
    """A module is rated by a template that is made for that."""
    slug = module.values.get("audit")
    kinds: dict[Any, str] = dict(Template.objects.current().values_list("slug", "kind"))
    kinds |= {entry.key: entry.values.get("kind", "") for entry in entries if entry.part is TEMPLATE}
    if kinds.get(slug, "audit") != "audit":
        module.fault(f"the slug of a template of kind audit: {slug} is of another", "audit")


def _check_study(study: Entry) -> None:
    """A mentor's section stands beside one of the ECT's of the same study, and actions name its ingredients."""
    slugs = {section.get("slug") for _, section in given(study, "sections")}
    ingredients = {
        f"{section.get('slug')}/{ingredient.get('slug')}"
        for _, section in given(study, "sections")
        for ingredient in filter(None, section.get("ingredients", []))
    }
    for index, section in given(study, "sections"):
        if section.get("beside") not in slugs | {None}:
            study.fault(
                f"the slug of a section of this study: there is no {section['beside']}", "sections", index, "beside"
            )
    for index, action in given(study, "actions"):
        for number, name in enumerate(action.get("ingredients", [])):
            if name not in ingredients | {None}:
                expected = f"a section of this study and one of its ingredients: there is no {name}"
                study.fault(expected, "actions", index, "ingredients", number)


def _check_step(step: Entry, entries: list[Entry]) -> None:
    """Prompts are for a theme of the step's own cycle, and beside a section of one of its templates."""
    assert step.above
    themes = {theme.get("slug") for _, theme in given(step.above, "themes")}
    slugs = {slug for _, slug in given(step, "templates")}
    here = [entry for entry in entries if entry.part is TEMPLATE and entry.key in slugs]
    elsewhere = Section.objects.current().filter(
        template__slug__in=slugs - {entry.key for entry in here}, template__retired=False
    )
    keys = {section.get("key") for entry in here for _, section in given(entry, "sections")}
    keys |= set(elsewhere.values_list("key", flat=True))
    for index, group in given(step, "prompts"):
        if group.get("theme") not in themes | {None}:
            step.fault(f"the slug of a theme of this cycle: there is no {group['theme']}", "prompts", index, "theme")
        if group.get("section") not in keys | {None}:
            expected = f"the key of a section of the step's templates: there is no {group['section']}"
            step.fault(expected, "prompts", index, "section")


def _check_order(entries: list[Entry]) -> None:
    """No study comes after itself, by however long a way."""
    studies = [entry for entry in entries if entry.part is STUDY]
    before = {
        study.slug: {earlier.slug for earlier in study.after.all()}
        for study in Study.objects.current().prefetch_related("after")
    }
    before |= {study.key: {slug for _, slug in given(study, "after")} for study in studies}
    try:
        TopologicalSorter(before).prepare()
    except CycleError as error:
        round_trip: list[str] = error.args[1]
        for study in studies:
            if study.key in round_trip:
                study.fault(
                    f"studies that do not lead back here: {' comes after '.join(reversed(round_trip))}", "after"
                )
                return


def given(entry: Entry, name: str) -> Iterator[tuple[int, Any]]:
    """The items of one of a piece's lists with their places, without those that were of another shape."""
    return ((index, item) for index, item in enumerate(entry.values.get(name, [])) if item is not None)
