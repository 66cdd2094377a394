"""Loads content packs."""

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from content import checks, search
from content.models import Pack, PackLoad, Template
from content.packs import PACK, PARTS, Entry, Plan, Relation, Source, digest, part_of_packs
from people.models import User


@transaction.atomic
def load(sources: Iterable[Source], *, by: User | None = None) -> Plan:
    """Loads packs, all or none, and says what that added, changed and retired; `by` is None on the command line.

    Loading the same packs again changes nothing. What a pack no longer defines is retired, never deleted, because
    records point at it; what records ask is their own copy. Raises packs.BrokenPacks.
    """
    plan = plan_alone(sources)
    carry_out(plan, by=by)
    return plan


def plan_alone(sources: Iterable[Source]) -> Plan:
    """What loading would do, while nobody else loads. Call it inside a transaction; raises packs.BrokenPacks."""
    list(Pack.objects.select_for_update(no_key=True))  # two loads at once take turns
    return checks.plan(sources)


def silent(done: int, of: int) -> None:
    """Tells nobody how far a load is."""


def carry_out(plan: Plan, *, by: User | None, tell: Callable[[int, int], None] = silent) -> None:
    """Writes what was planned in the same transaction, and tells after each piece how many are done, of how many."""
    pieces = [*sorted(plan.added, key=lambda entry: PARTS.index(entry.part)), *plan.changed]
    for done, entry in enumerate(pieces):
        tell(done, 2 * len(pieces))
        (_change if entry.row else _add)(entry)
    for done, entry in enumerate(pieces, start=len(pieces)):
        tell(done, 2 * len(pieces))
        for relation in entry.part.refers:
            if relation.many:
                getattr(entry.row, relation.name).set(_named(entry, relation))
    for kept in plan.retired:
        kept.row.retired = True
        kept.row.save(update_fields=["retired"])
    _count_versions(plan)
    _note_loads(plan, by)
    if not plan.changes_nothing:
        search.index()


def _add(entry: Entry) -> None:
    row = entry.part.model(**{entry.part.key: entry.key}, **entry.columns())
    if entry.above:
        setattr(row, entry.part.above, entry.above.row)
    entry.row = row
    _point(entry)
    row.save()


def _change(entry: Entry) -> None:
    for name, value in entry.columns().items():
        setattr(entry.row, name, value)
    if entry.part.is_top:
        entry.row.pack = entry.pack.row  # it may have moved from one pack to another
    _point(entry)
    entry.row.save()


def _point(entry: Entry) -> None:
    for relation in entry.part.refers:
        if not relation.many:
            setattr(entry.row, relation.name, _named(entry, relation).first())


def _named(entry: Entry, relation: Relation) -> QuerySet[Any]:
    part = part_of_packs(relation.to)
    return part.model._default_manager.filter(**{f"{part.key}__in": entry.names(relation)})


def _count_versions(plan: Plan) -> None:
    """A new version of each template that was there before and of which anything is different now."""
    Template.objects.filter(pk__in=plan.templates_that_change()).update(version=F("version") + 1)


def _note_loads(plan: Plan, by: User | None) -> None:
    """Who loaded what and when, for each pack of which anything is different now."""
    added = Counter(entry.pack.key for entry in plan.added)
    changed = Counter(entry.pack.key for entry in plan.changed)
    retired = Counter(kept.pack for kept in plan.retired)
    for entry in plan.entries:
        slug = entry.key
        if entry.part is PACK and (added[slug] or changed[slug] or retired[slug]):
            entry.row.digest = digest(entry.values)
            entry.row.save(update_fields=["digest"])
            PackLoad.objects.create(
                pack=entry.row,
                by=by,
                at=timezone.now(),
                added=added[slug],
                changed=changed[slug],
                retired=retired[slug],
            )
