"""The checks of content packs: shape, names, references. All of a load is checked before any of it is loaded.

A pack with any fault changes nothing, and every fault of every pack is told at once (programme, section 2).
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from graphlib import CycleError, TopologicalSorter
from itertools import islice
from pathlib import Path
from typing import Any

from content import documents, packs
from content.documents import Document
from content.models import Pack, Section, Study, Template
from content.packs import (
    ACTION,
    CYCLE,
    INGREDIENT,
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

SCHEMA = json.loads((Path(__file__).parent / "schema.json").read_text(encoding="utf-8"))


@cache
def validator() -> Any:
    """Checks the shape of a pack. Few web workers ever load one, so the library comes when it is needed."""
    from jsonschema import Draft202012Validator

    return Draft202012Validator(SCHEMA)


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
    errors = list(islice(validator().iter_errors(document.content), documents.MOST_FAULTS))
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
    packs_read = _read(entries)
    taken = {
        (part, getattr(row, part.key)): row.pack.slug
        for part in {entry.part for entry in entries}
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


# The lists in which nothing may stand twice: of which part, and by which key where the items have several.
REPETITIONS = [
    (SECTION, "options", None),
    (SECTION, "columns", "key"),
    (SECTION, "statements", None),
    (STUDY, "after", None),
    (STUDY_SECTION, "phases", None),
    (STUDY_SECTION, "statements", None),
    (STUDY_SECTION, "references", None),
    (ACTION, "ingredients", None),
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
    """Whatever is referred to is there: in these packs, or in those loaded before.

    Nothing is said of a reference to where something was of another shape: that may be what is meant.
    """
    known = {part: _known(part, entries) for part in PARTS if part.is_top and _is_whole(part, entries)}
    kinds = _kinds_of_templates(entries)
    ingredients = _ingredients(entries)
    for entry in entries:
        for relation in entry.part.refers:
            _check_relation(entry, relation, known)
        if entry.part is SECTION:
            for index, code in given(entry, "statements"):
                _check_name(entry, STATEMENT, code, known, "statements", index)
        elif entry.part is MODULE:
            _check_audit(entry, kinds)
        elif entry.part is STUDY_SECTION:
            _check_beside(entry)
        elif entry.part is ACTION:
            _check_ingredients(entry, ingredients)
        elif entry.part is STEP:
            _check_step(entry, entries)
    _check_order(entries)
    _check_dropped(entries, known)


def _read(entries: list[Entry]) -> list[str]:
    """The packs that are being read: what the database holds of them counts no more."""
    return [entry.key for entry in entries if entry.part is PACK]


def _known(part: Part, entries: list[Entry]) -> set[str]:
    """The keys of one kind of piece in these packs and in the others that are loaded."""
    loaded = part.model._default_manager.filter(retired=False).exclude(pack__slug__in=_read(entries))
    return {*loaded.values_list(part.key, flat=True), *(entry.key for entry in entries if entry.part is part)}


def _is_whole(part: Part, entries: list[Entry]) -> bool:
    """Whether all pieces of this kind could be read."""
    return all(is_whole(entry, part.name) for entry in entries if entry.part is PACK)


def _check_relation(entry: Entry, relation: Relation, known: Mapping[Part, set[str]]) -> None:
    part = part_of_packs(relation.to)
    if relation.many:
        for index, key in given(entry, relation.name):
            _check_name(entry, part, key, known, relation.name, index)
    elif relation.name in entry.values:
        _check_name(entry, part, entry.values[relation.name], known, relation.name)


def _check_name(entry: Entry, part: Part, key: str, known: Mapping[Part, set[str]], *place: str | int) -> None:
    if part in known and key not in known[part]:
        entry.fault(f"the {part.key} of a {part.called}: there is no {key}", *place)


def _kinds_of_templates(entries: list[Entry]) -> dict[str, str | None]:
    """The kind of each template by its slug; None where the pack is at fault."""
    kinds: dict[str, str | None] = dict(Template.objects.current().values_list("slug", "kind"))
    return kinds | {entry.key: entry.values.get("kind") for entry in entries if entry.part is TEMPLATE}


def _check_audit(module: Entry, kinds: Mapping[str, str | None]) -> None:
    """A module is rated by a template that is made for that."""
    slug = module.values.get("audit", "")
    if kinds.get(slug) not in (None, Template.Kind.AUDIT):
        module.fault(f"the slug of a template of kind audit: {slug} is of another", "audit")


def _check_beside(section: Entry) -> None:
    """A mentor's section stands beside another of the same study."""
    assert section.above
    slugs = {other.get("slug") for _, other in given(section.above, "sections")}
    beside = section.values.get("beside")
    if beside and beside not in slugs and is_whole(section.above, "sections"):
        section.fault(f"the slug of a section of this study: there is no {beside}", "beside")


def _ingredients(entries: list[Entry]) -> dict[Entry, set[str] | None]:
    """What actions may name, by study; None where ingredients could not all be read."""
    found: dict[Entry, set[str] | None] = {}
    for entry in entries:
        if entry.part is STUDY:
            found[entry] = set() if is_whole(entry, "sections") else None
        elif entry.part is STUDY_SECTION and entry.above and not is_whole(entry, "ingredients"):
            found[entry.above] = None
        elif entry.part is INGREDIENT and entry.above and entry.above.above:
            names = found[entry.above.above]
            if names is not None:
                names.add(f"{entry.above.key}/{entry.key}")
    return found


def _check_ingredients(action: Entry, ingredients: Mapping[Entry, set[str] | None]) -> None:
    """Actions name ingredients of their own study."""
    assert action.above
    names = ingredients[action.above]
    for index, name in given(action, "ingredients"):
        if names is not None and name not in names:
            expected = f"a section of this study and one of its ingredients: there is no {name}"
            action.fault(expected, "ingredients", index)


def _check_step(step: Entry, entries: list[Entry]) -> None:
    """Prompts are for a theme of the step's own cycle, and beside a section of one of its templates."""
    assert step.above
    themes = {theme.get("slug") for _, theme in given(step.above, "themes")}
    themes_read = is_whole(step.above, "themes")
    keys, keys_read = _keys_of_sections(step, entries)
    for index, group in given(step, "prompts"):
        theme, section = group.get("theme"), group.get("section")
        if theme and themes_read and theme not in themes:
            step.fault(f"the slug of a theme of this cycle: there is no {theme}", "prompts", index, "theme")
        if section and keys_read and section not in keys:
            expected = f"the key of a section of the step's templates: there is no {section}"
            step.fault(expected, "prompts", index, "section")


def _keys_of_sections(step: Entry, entries: list[Entry]) -> tuple[set[str], bool]:
    """The keys of all sections of a step's templates, and whether all of them could be read."""
    slugs = {slug for _, slug in given(step, "templates")}
    here = [entry for entry in entries if entry.part is TEMPLATE and entry.key in slugs]
    elsewhere = Section.objects.current().filter(
        template__slug__in=slugs - {entry.key for entry in here}, template__retired=False
    )
    keys = {section.get("key") for entry in here for _, section in given(entry, "sections")}
    keys |= set(elsewhere.values_list("key", flat=True))
    return keys, is_whole(step, "templates") and all(is_whole(entry, "sections") for entry in here)


def _check_order(entries: list[Entry]) -> None:
    """No study comes after itself, by however long a way."""
    studies = {entry.key: entry for entry in entries if entry.part is STUDY}
    loaded = Study.objects.current().exclude(pack__slug__in=_read(entries)).prefetch_related("after")
    before = {study.slug: [earlier.slug for earlier in study.after.all()] for study in loaded}
    before |= {slug: [earlier for _, earlier in given(study, "after")] for slug, study in studies.items()}
    while way := _round_trip(before):
        here = next(slug for slug in way if slug in studies)  # those loaded already do not lead back to themselves
        turn = way.index(here)
        told = " comes after ".join([*way[turn:], *way[:turn], here])
        studies[here].fault(f"studies that do not lead back here: {told}", "after")
        before[here] = []


def _round_trip(before: Mapping[str, list[str]]) -> list[str]:
    """Studies of which each comes after the next, and the last after the first; none if there are no such."""
    try:
        TopologicalSorter(before).prepare()
    except CycleError as error:
        return error.args[1][:0:-1]
    return []


def _check_dropped(entries: list[Entry], known: Mapping[Part, set[str]]) -> None:
    """What these packs define no more is not what others refer to that are loaded and not given with them."""
    read = {entry.key: entry for entry in entries if entry.part is PACK}
    if not Pack.objects.filter(slug__in=read).exists():
        return  # nothing can refer to them yet
    for part in PARTS:
        pack = "__".join([*part.to_pack, "slug"])
        for relation in part.refers:
            to, name = part_of_packs(relation.to), relation.name
            others = part.model._default_manager.filter(retired=False).exclude(**{f"{pack}__in": read})
            pointing = others.filter(**{f"{name}__pack__slug__in": read})
            for other, key, own in pointing.values_list(pack, f"{name}__{to.key}", f"{name}__pack__slug"):
                if to in known and key not in known[to]:
                    read[own].fault(f"this {to.called} to stay: the pack {other} refers to it", to.name, key)


def given(entry: Entry, name: str) -> Iterator[tuple[int, Any]]:
    """The items of one of a piece's lists with their places, without those that were of another shape."""
    return ((index, item) for index, item in enumerate(entry.values.get(name, [])) if item is not None)


def is_whole(entry: Entry, name: str) -> bool:
    """Whether neither this list of a piece nor any item of it was of another shape."""
    return (*entry.place, name) not in entry.document.faults and None not in entry.values.get(name, [])
