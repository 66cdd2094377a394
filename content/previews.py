"""What loading packs would do, in words and as plain JSON: made once at the upload, shown as often as somebody looks."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.template.defaultfilters import pluralize

from content.models import SectionDone, Template
from content.packs import PACK, STUDY_SECTION, Entry, Plan, named_by

LONGEST = 160  # characters of an old or a new text
MOST = 300  # pieces of a kind that are named for each pack; of the others it is told how many there are


def preview(plan: Plan) -> dict[str, Any]:
    """By pack, what would be added, changed with old and new words, and retired; and who is concerned by it."""
    by_pack: dict[str, dict[str, list[Any]]] = defaultdict(lambda: {"added": [], "changed": [], "retired": []})
    for entry in plan.added:
        by_pack[entry.pack.key]["added"].append(entry.address)
    for entry in plan.changed:
        fields = [{"name": name, "old": old, "new": new} for name, old, new in differences(entry)]
        by_pack[entry.pack.key]["changed"].append(
            {"address": entry.address, "fields": [shortened(field) for field in fields]}
        )
    for kept in plan.retired:
        by_pack[kept.pack]["retired"].append(kept.address)
    return {
        "changes_nothing": plan.changes_nothing,
        "unchanged": len(plan.unchanged),
        "packs": [
            {
                "title": entry.values["title"],
                "slug": entry.key,
                **{what: _some(pieces) for what, pieces in by_pack[entry.key].items()},
            }
            for entry in plan.entries
            if entry.part is PACK
        ],
        "concerned": list(concerned(plan)),
    }


def digest(plan: Plan) -> str:
    """The same for two plans that do the same to the same: all that is new, and all that it takes the place of."""
    told = [
        [entry.address for entry in plan.added],
        [[entry.address, list(differences(entry))] for entry in plan.changed],
        [kept.address for kept in plan.retired],
        [entry.values for entry in plan.entries if entry.part is PACK],
    ]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def differences(entry: Entry) -> Iterator[tuple[str, str, str]]:
    """Each field of a piece that differs, with its old and its new value in words."""
    columns = entry.columns()
    relations = {relation.name: relation for relation in entry.part.refers}
    for name in entry.differs:
        if name in relations:
            relation = relations[name]
            yield name, in_words(sorted(named_by(entry.row, relation))), in_words(sorted(entry.names(relation)))
        elif name == "pack":
            yield name, entry.row.pack.slug, entry.pack.key
        else:
            yield name, in_words(getattr(entry.row, name)), in_words(columns[name])


def in_words(value: Any) -> str:
    """A field's value as text."""
    if value in (None, "", []):
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return "; ".join(in_words(each) for each in value)
    if isinstance(value, dict):
        return ", ".join(f"{key}: {in_words(value[key])}" for key in sorted(value))
    return str(value)


def shortened(field: dict[str, str]) -> dict[str, str]:
    """The part of a long text where old and new begin to differ."""
    old, new = field["old"], field["new"]
    same = next((at for at, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    start = max(0, same - LONGEST // 4) if max(len(old), len(new)) > LONGEST else 0
    return field | {"old": _excerpt(old, start), "new": _excerpt(new, start)}


def _excerpt(text: str, start: int) -> str:
    before, after = "…" if start else "", "…" if len(text) > start + LONGEST else ""
    return f"{before}{text[start : start + LONGEST]}{after}"


def _some(pieces: list[Any]) -> dict[str, Any]:
    return {"count": len(pieces), "some": pieces[:MOST], "more": max(0, len(pieces) - MOST)}


def concerned(plan: Plan) -> Iterator[str]:
    """What is in use already, and what becomes of it."""
    for template in Template.objects.filter(pk__in=plan.templates_that_change()).order_by("title"):
        yield (
            f"“{template.title}” gets version {template.version + 1} for new records. "
            "Records keep the questions they were started with."
        )
        if own := template.adaptations.in_use().count():
            yield f"{own} school{pluralize(own)} adapted “{template.title}”: what is in use there stays as it is."
    read = [entry.row.pk for entry in plan.changed if entry.part is STUDY_SECTION]
    read += [kept.row.pk for kept in plan.retired if kept.part is STUDY_SECTION]
    done = SectionDone.objects.filter(section__in=read).values("section").distinct().count()
    if done:
        one = done == 1
        yield (
            f"{done} section{'' if one else 's'} to read that {'is' if one else 'are'} changed or retired "
            f"{'has' if one else 'have'} been marked as done. The marks stay."
        )
    if plan.retired:
        yield "What is retired is offered to nobody new. What somebody wrote or decided with it stays as it is."
