"""Content packs: what a file defines, and what loading it would add, change and retire. Nothing here writes."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import reduce
from pathlib import Path
from typing import Any, NamedTuple

from content import documents
from content.documents import Document, Fault, Place
from content.models import (
    ActionStepExample,
    Activity,
    AgendaItem,
    Area,
    Cycle,
    CycleStep,
    DiagnosticItem,
    Guidance,
    Ingredient,
    Module,
    Pack,
    Paragraph,
    Programme,
    Reference,
    Scenario,
    Section,
    Session,
    Standard,
    Statement,
    Study,
    StudySection,
    SuggestedAction,
    Template,
    Theme,
)


class Relation(NamedTuple):
    """A field of a piece that names other pieces of a pack by their keys: a list of them or, if not `many`, one."""

    name: str
    to: str  # the name of a Part, whose pieces stand in packs themselves
    many: bool = True


@dataclass(frozen=True)
class Part:
    """One kind of piece: how it is written in a pack and kept in the database.

    A pack lists its pieces under `name`. `key` names a piece among its siblings and never changes; `fields` are the
    same in the file and in the row; `above` is the field that points at what the piece stands in, which is of the kind
    `within`. `refers` are the relations to pieces elsewhere.
    """

    name: str
    model: Any  # a model class
    key: str
    fields: tuple[str, ...]
    above: str = ""
    within: "Part | None" = None
    refers: tuple[Relation, ...] = ()

    @property
    def called(self) -> str:
        """What one of them is called in messages."""
        return self.model._meta.verbose_name

    @property
    def is_top(self) -> bool:
        """Stands in the pack itself, so its key is its own among all packs."""
        return self.within is PACK

    @property
    def holds(self) -> list["Part"]:
        return [part for part in PARTS if part.within is self]

    @property
    def to_pack(self) -> list[str]:
        """The fields that lead from a row to its pack."""
        return [self.above, *self.within.to_pack] if self.within else []


PACK = Part("packs", Pack, "slug", ("title", "edition"))
PROGRAMME = Part("programmes", Programme, "slug", ("title", "summary"), "pack", PACK)
GUIDANCE = Part("guidance", Guidance, "slug", ("title", "edition", "note", "url"), "pack", PACK)
PARAGRAPH = Part("paragraphs", Paragraph, "number", ("text",), "guidance", GUIDANCE)
STANDARD = Part("standards", Standard, "code", ("title", "points"), "pack", PACK)
STATEMENT = Part("statements", Statement, "code", ("text",), "pack", PACK)
REFERENCE = Part("references", Reference, "slug", ("text", "url"), "pack", PACK)
TEMPLATE = Part("templates", Template, "slug", ("kind", "title", "introduction"), "pack", PACK)
SECTION = Part(
    "sections",
    Section,
    "key",
    ("title", "hint", "prompts", "kind", "needed", "private", "minutes", "columns", "options", "statements"),
    "template",
    TEMPLATE,
)
MODULE = Part(
    "modules",
    Module,
    "slug",
    ("year", "number", "title", "summary"),
    "pack",
    PACK,
    refers=(Relation("programme", "programmes", many=False), Relation("audit", "templates", many=False)),
)
STUDY = Part(
    "studies",
    Study,
    "slug",
    ("kind", "number", "title", "summary", "area"),
    "pack",
    PACK,
    refers=(Relation("module", "modules", many=False), Relation("after", "studies")),
)
STUDY_SECTION = Part(
    "sections",
    StudySection,
    "slug",
    ("title", "audience", "minutes", "optional", "phases", "text", "beside", "school_example", "reflection", "shows"),
    "study",
    STUDY,
    refers=(Relation("statements", "statements"), Relation("references", "references")),
)
INGREDIENT = Part("ingredients", Ingredient, "slug", ("title", "text"), "section", STUDY_SECTION)
SCENARIO = Part("scenarios", Scenario, "slug", ("phase", "title", "text", "options"), "study", STUDY)
ACTION = Part("actions", SuggestedAction, "slug", ("title", "text", "ingredients"), "study", STUDY)
SESSION = Part(
    "sessions",
    Session,
    "slug",
    ("week", "title", "summary", "audit"),
    "pack",
    PACK,
    refers=(Relation("module", "modules", many=False), Relation("statements", "statements")),
)
AGENDA_ITEM = Part("agenda", AgendaItem, "slug", ("title", "minutes", "text"), "session", SESSION)
ACTIVITY = Part("activities", Activity, "slug", ("title", "text", "supports"), "item", AGENDA_ITEM)
CYCLE = Part(
    "cycles",
    Cycle,
    "slug",
    ("number", "title", "summary", "overview"),
    "pack",
    PACK,
    refers=(Relation("programme", "programmes", many=False),),
)
THEME = Part("themes", Theme, "slug", ("number", "title", "summary"), "cycle", CYCLE)
AREA = Part("areas", Area, "slug", ("title", "text"), "theme", THEME)
DIAGNOSTIC_ITEM = Part("diagnostic_items", DiagnosticItem, "slug", ("view", "text"), "area", AREA)
EXAMPLE = Part("examples", ActionStepExample, "slug", ("title", "text"), "theme", THEME)
STEP = Part(
    "steps",
    CycleStep,
    "slug",
    ("kind", "interaction", "half_term", "title", "summary", "focus", "preparation", "agenda", "prompts"),
    "cycle",
    CYCLE,
    refers=(Relation("templates", "templates"),),
)
# Each after what it stands in and after what a single relation of it names.
PARTS = [
    PACK, PROGRAMME, GUIDANCE, PARAGRAPH, STANDARD, STATEMENT, REFERENCE, TEMPLATE, SECTION, MODULE, STUDY,
    STUDY_SECTION, INGREDIENT, SCENARIO, ACTION, SESSION, AGENDA_ITEM, ACTIVITY, CYCLE, THEME, AREA, DIAGNOSTIC_ITEM,
    EXAMPLE, STEP,
]  # fmt: skip


def part_of_packs(name: str) -> Part:
    """The kind of piece that a pack lists under this name."""
    return next(part for part in PARTS if part.name == name and part.is_top)


class Source(NamedTuple):
    """A pack's file: the name to call it by in messages, and its bytes."""

    name: str
    content: bytes


class BrokenPacks(Exception):
    """Nothing can be loaded: `faults` says all that is wrong, in the order of files and lines."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = sorted(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


@dataclass(eq=False)
class Entry:
    """One piece as a pack defines it, and the row that keeps it (None: it is not loaded yet)."""

    part: Part
    document: Document
    place: Place
    values: dict[str, Any]
    above: "Entry | None" = None
    position: int = 0
    row: Any = None
    differs: list[str] = field(default_factory=list)

    @property
    def key(self) -> str:
        """Blank where the pack is at fault."""
        return self.values.get(self.part.key, "")

    @property
    def address(self) -> str:
        """`templates/six-step-meeting/sections/check_in`, wherever in the file it is."""
        own = f"{self.part.name}/{self.key}"
        return f"{self.above.address}/{own}" if self.above and not self.part.is_top else own

    @property
    def pack(self) -> "Entry":
        return self.above.pack if self.above else self

    def fault(self, expected: str, *place: str | int) -> None:
        self.document.fault((*self.place, *place), expected)

    def columns(self) -> dict[str, Any]:
        """What the row's own columns should hold; what the file leaves out has the model's default."""
        blank = self.part.model()
        columns = {name: self.values.get(name, getattr(blank, name)) for name in self.part.fields}
        return columns | {"position": self.position, "retired": False} if self.above else columns

    def names(self, relation: Relation) -> set[str]:
        """The keys that this piece names in a relation."""
        given = self.values.get(relation.name)
        return set() if given is None else set(given) if relation.many else {given}


@dataclass(frozen=True)
class Kept:
    """A row that the database holds and its pack no longer defines."""

    part: Part
    row: Any
    address: str
    pack: str


@dataclass
class Plan:
    """What loading would do. `entries` is every piece of the packs, each after the one that it stands in."""

    entries: list[Entry]
    added: list[Entry] = field(default_factory=list)
    changed: list[Entry] = field(default_factory=list)
    unchanged: list[Entry] = field(default_factory=list)
    retired: list[Kept] = field(default_factory=list)

    @property
    def changes_nothing(self) -> bool:
        return not (self.added or self.changed or self.retired)

    def templates_that_change(self) -> set[int]:
        """The ids of the templates that were there before and of which anything will be different."""
        new = set(self.added)
        touched = {entry.row.pk for entry in self.changed if entry.part is TEMPLATE}
        touched |= {kept.row.template_id for kept in self.retired if kept.part is SECTION}
        sections = [entry for entry in [*self.added, *self.changed] if entry.part is SECTION]
        return touched | {entry.above.row.pk for entry in sections if entry.above and entry.above not in new}


def gather(paths: Iterable[Path]) -> list[Source]:
    """The packs at these paths: each file given, and in the order of their names all .yaml files under a folder."""
    files: list[Path] = []
    for path in paths:
        files += sorted(path.rglob("*.yaml")) if path.is_dir() else [path]
    sources = []
    for path in files:
        with path.open("rb") as file:
            sources.append(Source(str(path), file.read(documents.LARGEST + 1)))  # one byte more tells that it is larger
    return sources


def digest(content: Any) -> str:
    """The same for two files that say the same, whatever their comments and layout."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def entries_of(document: Document) -> Iterator[Entry]:
    """Every piece in a document that `checks.check_shape` has been through, each after what it stands in."""

    def within(entry: Entry) -> Iterator[Entry]:
        yield entry
        for part in entry.part.holds:
            for index, values in enumerate(entry.values.get(part.name, [])):
                if values is not None:  # None: it was of another shape
                    place = (*entry.place, part.name, index)
                    yield from within(Entry(part, document, place, values, entry, index + 1))

    if document.content is not None:
        yield from within(Entry(PACK, document, (), document.content))


def compare(entries: list[Entry]) -> Plan:
    """Sets the row and the differences of each entry. Only for entries without a fault."""
    plan = Plan(entries)
    loaded = {entry.key for entry in entries if entry.part is PACK}
    known = Pack.objects.filter(slug__in=loaded).exists()  # where none is, there are no rows that they leave out
    parts = PARTS if known else [part for part in PARTS if any(entry.part is part for entry in entries)]
    rows = {part: _rows(part) for part in parts}
    matched: set[Any] = set()
    for entry in entries:
        entry.row = _kept(entry, rows[entry.part])
        if not entry.row:
            plan.added.append(entry)
            continue
        matched.add(entry.row)
        entry.differs = _differences(entry)
        (plan.changed if entry.differs else plan.unchanged).append(entry)
    for part in parts[1:]:
        for row in rows[part].values():
            pack = reduce(getattr, part.to_pack, row)
            if row not in matched and not row.retired and pack.slug in loaded:
                plan.retired.append(Kept(part, row, _address(part, row), pack.slug))
    return plan


def _rows(part: Part) -> dict[tuple[Any, Any], Any]:
    """All rows of a kind by what they stand in (nothing: a key that is its own among all packs) and their key."""
    found = part.model._default_manager.prefetch_related(*(name for name, _, many in part.refers if many))
    if part.within:
        found = found.select_related("__".join(part.to_pack), *(name for name, _, many in part.refers if not many))
    nested = part.within and not part.is_top
    return {(getattr(row, f"{part.above}_id") if nested else None, getattr(row, part.key)): row for row in found}


def _kept(entry: Entry, rows: dict[tuple[Any, Any], Any]) -> Any:
    if not entry.above or entry.part.is_top:
        return rows.get((None, entry.key))
    return entry.above.row and rows.get((entry.above.row.pk, entry.key))


def _differences(entry: Entry) -> list[str]:
    differs = [name for name, value in entry.columns().items() if getattr(entry.row, name) != value]
    differs += [
        relation.name for relation in entry.part.refers if named_by(entry.row, relation) != entry.names(relation)
    ]
    if entry.part.is_top and entry.row.pack.slug != entry.pack.key:
        differs.append("pack")
    return differs


def named_by(row: Any, relation: Relation) -> set[str]:
    """The keys of the rows that a row points at by a relation."""
    related = getattr(row, relation.name)
    rows = related.all() if relation.many else filter(None, [related])
    return {getattr(row, part_of_packs(relation.to).key) for row in rows}


def _address(part: Part, row: Any) -> str:
    own = f"{part.name}/{getattr(row, part.key)}"
    if part.is_top or not part.within:
        return own
    return f"{_address(part.within, getattr(row, part.above))}/{own}"
