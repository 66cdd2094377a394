"""What is done with a school's own examples: added, changed, removed."""

import hashlib
from datetime import timedelta
from typing import Any

from django.core.files import File
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from content.models import SchoolExample, StudySection
from people.actions import Refused, Stale, record_event
from people.models import School, User
from people.permissions import Role

from .permissions import RULES

DOUBLE_CLICK = timedelta(minutes=1)  # the same again within this time was meant once


@transaction.atomic
def add(section: StudySection, school: School, values: dict[str, Any], *, by: User) -> SchoolExample:
    """Adds an example at a section that asks for one.

    The very same one within a minute, its file with it, is not added again: so a double click counts once. Refused: a
    section that asks for none, and whoever does not keep the examples of this school.
    """
    role = _role(school, by)
    if not section.school_example:
        raise Refused("This section asks for no example of the school.")
    school = School.objects.select_for_update(no_key=True).get(pk=school.pk)  # two clicks take turns
    values, upload = _apart(values)
    same = SchoolExample.objects.filter(section=section, school=school, saved_by=by, revision=0, **values)
    for found in same.filter(file_name=_name(upload), saved_at__gte=timezone.now() - DOUBLE_CLICK):
        if not upload or _is_kept(upload, found):
            return found
    example = SchoolExample(section=section, school=school, saved_by=by, **values)
    if upload:
        example.file, example.file_name = upload, _name(upload)
    example.save()
    _record(example, "add_example", by, role)
    return example


@transaction.atomic
def change(example: SchoolExample, values: dict[str, Any], *, revision: int, by: User) -> SchoolExample:
    """Changes an example. Raises Stale where somebody has saved another version than the page was made from.

    Refused: taking away a file that one may not remove, as it would be gone for good.

    What says the same already, without a new file, stays as it is: so a second click counts once.
    """
    role = _role(example.school, by)
    stored = SchoolExample.objects.select_for_update(no_key=True, of=["self"]).for_list().filter(pk=example.pk).first()
    if stored is None:
        raise Refused("Somebody has removed this example in the meantime.")
    values, upload = _apart(values)
    if not upload and all(getattr(stored, name) == value for name, value in values.items()):
        return stored
    if stored.revision != revision:
        raise Stale(stored)
    if upload or values["kind"] != SchoolExample.Kind.FILE:
        if stored.file and not SchoolExample.objects.removable_by(by).filter(pk=stored.pk).exists():
            raise Refused(
                "Somebody else has added this file, so it is not yours to replace. Add an example of your own."
            )
        _delete_file(stored)
        stored.file, stored.file_name = upload or "", _name(upload)
    for name, value in values.items():
        setattr(stored, name, value)
    stored.saved_by, stored.saved_at, stored.revision = by, timezone.now(), stored.revision + 1
    stored.save()
    _record(stored, "change_example", by, role)
    return stored


@transaction.atomic
def remove(example: SchoolExample, *, by: User) -> None:
    """Takes an example away for good, its file with it. Safe to do twice. Refused: whoever may not remove it."""
    role = _role(example.school, by)
    stored = SchoolExample.objects.select_for_update(no_key=True, of=["self"]).filter(pk=example.pk).first()
    if stored:
        if not SchoolExample.objects.removable_by(by).filter(pk=stored.pk).exists():
            raise Refused("Somebody else has added this example, so it is not yours to remove.")
        _delete_file(stored)
        _record(stored, "remove_example", by, role)
        stored.delete()


def _role(school: School, by: User) -> Role:
    """The part by which this person keeps the examples of the school."""
    held = by.places.roles_at(school.pk)
    roles = [role for role in RULES["keep"] if role in held]
    if not roles:
        raise Refused("Only people who look after ECTs at this school keep its examples.")
    return roles[0]


def _apart(values: dict[str, Any]) -> tuple[dict[str, Any], UploadedFile | None]:
    """The columns, and the file if there is a new one."""
    return {name: value for name, value in values.items() if name != "file"}, values.get("file")


def _name(upload: UploadedFile | None) -> str:
    return upload.name or "" if upload else ""


def _is_kept(upload: UploadedFile, example: SchoolExample) -> bool:
    """Whether this is the file that the example has, to the letter."""
    with example.file.open("rb") as kept:
        return kept.size == upload.size and _digest(kept) == _digest(upload)


def _digest(file: File) -> str:
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    return digest.hexdigest()


def _delete_file(stored: SchoolExample) -> None:
    """Deletes the file once the change is committed."""
    if name := stored.file.name:
        storage = stored.file.storage
        transaction.on_commit(lambda: storage.delete(name))


def _record(example: SchoolExample, what: str, by: User, role: Role) -> None:
    detail = {"school": example.school_id, "section": example.section_id, "kind": example.kind}
    record_event(example, what, by=by, role=role, detail=detail)
