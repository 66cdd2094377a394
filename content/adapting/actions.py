"""What is done with a school's own versions of templates: begun, written in, put to use, put away."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from content.models import Adaptation, AdaptedSection, Template
from content.models.adaptations import OWN
from people.actions import Refused, Stale, record_event
from people.models import Event, School, User

from .permissions import RULES
from .versions import version_of
from .workflow import STEPS, State

WORDED = ("title", "hint", "prompts", "minutes", "needed", "hidden")  # what a school may change of any section
ADDED = (*WORDED, "kind", "options", "columns")  # and what it says of one that it adds


@transaction.atomic
def begin(school: School, original: Template, *, by: User, earlier: Adaptation | None = None) -> Adaptation:
    """A draft of this school's own: a copy of `earlier`, which it has put away, of its version in use or, while it has none,
    of the programme's template.

    The draft that is there already, if there is one: so a double click begins one. Refused: whoever may not adapt, what is
    no meeting or is dropped from the programme, and to begin from an earlier version while there is a draft.
    """
    if RULES["adapt"].keys().isdisjoint(by.places.roles_at(school.pk)):
        raise Refused("Templates are adapted by the school.")
    if original.kind != Template.Kind.MEETING or original.retired:
        raise Refused("Only a meeting that the programme has now can be adapted.")
    School.objects.select_for_update(no_key=True).get(pk=school.pk)  # two clicks take turns
    before = Adaptation.objects.filter(school=school, adapted_from=original)
    if draft := before.filter(state=State.DRAFT).first():
        if earlier:
            raise Refused("There is already a draft of this meeting. Start using it or discard it first.")
        return draft
    if earlier and not earlier.may(by, "copy"):
        raise Refused("You can only start from a version that is no longer used.")
    version = earlier or before.in_use().first()
    source = version or original
    begun = Adaptation.objects.create(
        school=school,
        adapted_from=original,
        version=version.version if version else original.version,
        original=version.original if version else version_of(original),
        title=source.title,
        introduction=source.introduction,
        state_by=by,
    )
    sections = version.sections.all() if version else original.sections.current()
    AdaptedSection.objects.bulk_create(
        AdaptedSection(adaptation=begun, position=position, hidden=getattr(section, "hidden", False), **section.copy())
        for position, section in enumerate(sections, 1)
    )
    _record(begun, "adapt_template", by, copied_from=version.pk if version else None)
    return begun


@transaction.atomic
def save(
    adaptation: Adaptation, *, title: str, introduction: str, sections: Iterable[Mapping[str, Any]], revision: int | None,
    by: User,
) -> None:  # fmt: skip
    """Saves the words and the order of a draft. Of a section from the programme only `WORDED` is taken, so that its key, its
    kind and its privacy stay; what the school added and no longer sends is gone.

    Raises Stale when somebody has saved since. Refused once it is no draft, when a section of the programme is missing, or
    when one that the application rests on is hidden (a constraint says so too).
    """
    stored = Adaptation.objects.select_for_update(no_key=True).get(pk=adaptation.pk)  # two clicks take turns
    if not stored.may(by, "edit"):
        raise Refused("This version is not a draft any more, so your last changes are not in it.")
    if revision != stored.revision:
        raise Stale(stored)
    there = {section.key: section for section in stored.sections.all()}
    rows = []
    for position, said in enumerate(sections, 1):
        row = there.pop(said["key"], None) or AdaptedSection(adaptation=stored, key=said["key"])
        row.pk, row.position = None, position
        for name in ADDED if row.key.startswith(OWN) else WORDED:
            setattr(row, name, said[name])
        rows.append(row)
    if any(not key.startswith(OWN) for key in there):
        raise Refused("A section of the programme can be hidden, but not removed.")
    stored.sections.all().delete()
    AdaptedSection.objects.bulk_create(rows)
    stored.title, stored.introduction = title, introduction
    stored.saved_by, stored.saved_at = by, timezone.now()
    stored.revision += 1
    stored.save()


@transaction.atomic
def take_step(
    adaptation: Adaptation, name: str, *, by: User, revision: int | None, version: int | None = None
) -> Event:
    """Moves a version by one step of the table. Putting one to use replaces the one in use before, and settles what the
    programme has changed since (`version` is the programme's, as the page showed it).

    Refused, with the reason in words: another's step, another state's, something still missing, or a page that has changed
    since it was read. Meetings that are planned already keep what they ask.
    """
    School.objects.select_for_update(no_key=True).get(pk=adaptation.school_id)  # two clicks take turns
    fresh = Adaptation.objects.select_related("adapted_from").get(pk=adaptation.pk)
    if why := fresh.why_not(name, by):
        raise Refused(why)
    original = fresh.adapted_from
    if revision != fresh.revision or (name == "put_to_use" and version != original.version):
        raise Refused("This has changed since you opened it. Read it again, then decide.")
    replaced = None
    if name == "put_to_use":
        replaced = Adaptation.objects.in_use().filter(school=fresh.school_id, adapted_from=original).first()
        if replaced:
            _move(replaced, "replace", by)
        fresh.version, fresh.original, fresh.used_from = original.version, version_of(original), timezone.now()
    _move(fresh, name, by)
    return _record(fresh, f"{name}_template", by, replaces=replaced.pk if replaced else None)


def _move(adaptation: Adaptation, name: str, by: User) -> None:
    adaptation.state, adaptation.state_by, adaptation.state_at = STEPS[name].to, by, timezone.now()
    adaptation.revision += 1
    adaptation.save()


def _record(adaptation: Adaptation, what: str, by: User, **detail: Any) -> Event:
    """An event says which template and at which school, never what a version asks."""
    detail |= {"school": adaptation.school_id, "template": adaptation.adapted_from.slug}
    return record_event(adaptation, what, by=by, detail=detail)
