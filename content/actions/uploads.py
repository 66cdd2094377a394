"""Packs that are uploaded: previewed and kept, and loaded by the worker once that is asked for."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django_q.tasks import async_task

from content import checks, previews
from content.actions.packs import carry_out, plan_alone
from content.load_progress import LoadProgress
from content.models import PackUpload
from content.packs import BrokenPacks, Source
from people.actions import Refused, record_event
from people.models import User
from people.permissions import Role

State = PackUpload.State


def upload_packs(sources: list[Source], *, by: User) -> PackUpload:
    """Keeps packs with the preview of what loading them would do. Raises packs.BrokenPacks, and then keeps nothing.

    What the same person uploaded before and never loaded makes room for it. Reading and comparing take long, so they
    are done before the transaction, which on SQLite keeps everybody else from writing; a load plans anew anyway.
    """
    plan = checks.plan(sources)
    upload = PackUpload(
        by=by,
        names=[source.name for source in sources],
        texts=[source.content.decode() for source in sources],
        preview=previews.preview(plan),
        digest=previews.digest(plan),
    )
    with transaction.atomic():
        PackUpload.objects.filter(by=by, state=State.PREVIEWED).delete()
        upload.save()
    return upload


@transaction.atomic
def ask_to_load(upload: PackUpload, *, digest: str) -> None:
    """Has the worker load an upload as it was previewed; a second click is no second load.

    Refused: a preview that is no longer the one that was shown, or in which there is nothing to load.
    """
    asked = PackUpload.objects.filter(pk=upload.pk, state=State.PREVIEWED, digest=digest)
    if not upload.can_be_loaded or not asked.update(state=State.WAITING, asked_at=timezone.now()):
        raise Refused("This preview is out of date. Read it again, then load.")
    async_task("content.tasks.load_upload", upload.pk)  # in the same transaction: the queue is a table of this database


@transaction.atomic
def ask_again(upload: PackUpload) -> None:
    """Has another worker take over what one has let lie. Should both be at it, the second finds it done."""
    if PackUpload.objects.filter(pk=upload.pk, state=State.WAITING).update(asked_at=timezone.now()):
        async_task("content.tasks.load_upload", upload.pk)


def load_upload(upload_id: int) -> bool:
    """Loads what was asked for, all or none, and says whether it did. Safe to run twice, also at once.

    If anything was loaded since the preview that makes a difference to it, the preview is made anew and nothing is loaded.
    """
    progress = LoadProgress(upload_id)
    try:
        with transaction.atomic():
            upload = PackUpload.objects.select_for_update(no_key=True).filter(pk=upload_id, state=State.WAITING).first()
            return upload is not None and _load(upload, progress)
    finally:
        progress.forget()


def _load(upload: PackUpload, progress: LoadProgress) -> bool:
    try:
        plan = plan_alone(sources_of(upload))
    except BrokenPacks as broken:  # what they refer to is there no more
        upload.faults = [str(fault) for fault in broken.faults]
        return _show_anew(upload)
    found = previews.digest(plan)
    if found != upload.digest:
        upload.digest, upload.preview = found, previews.preview(plan)
        return _show_anew(upload)
    carry_out(plan, by=upload.by, tell=progress.tell)
    upload.state, upload.loaded_at = State.LOADED, timezone.now()
    upload.save(update_fields=["state", "loaded_at"])
    counts = {"added": len(plan.added), "changed": len(plan.changed), "retired": len(plan.retired)}
    packs = [pack["slug"] for pack in upload.preview["packs"]]
    record_event(upload, "load_packs", by=upload.by, role=Role.PROGRAMME_ADMIN, detail={"packs": packs, **counts})
    return True


def _show_anew(upload: PackUpload) -> bool:
    upload.state, upload.shown_anew = State.PREVIEWED, True
    upload.save()
    return False


def sources_of(upload: PackUpload) -> Iterable[Source]:
    return [Source(name, text.encode()) for name, text in zip(upload.names, upload.texts, strict=True)]
