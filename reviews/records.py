"""The record of a signed report: its sealed PDF, and telling anybody whether a file or a code is one of ours."""

import json
import logging
import uuid
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.core.files.base import ContentFile
from django.template.loader import render_to_string
from django.utils import timezone

from ectprogramme import pdf

from .models import Record

log = logging.getLogger("ectprogramme.records")


def make_pdf(record_id: int) -> bool:
    """Renders, seals and keeps a record's PDF, unless it is there; says whether it was made. Safe to run twice at once."""
    record = Record.objects.select_related("review__induction__ect").get(pk=record_id)
    if record.pdf:
        return False
    sealed = render(record)
    record.pdf.save(f"{uuid.uuid4()}.pdf", ContentFile(sealed), save=False)
    kept = Record.objects.filter(pk=record_id, pdf="").update(pdf=record.pdf.name, sha256=pdf.digest(sealed))
    if not kept:
        record.pdf.delete(save=False)  # another worker was faster
    return bool(kept)


def render(record: Record) -> bytes:
    """The sealed PDF of what was signed, with the same as data attached. Nothing but the record's own content goes in."""
    signatures = [{**row, "at": datetime.fromisoformat(row["at"])} for row in record.content["signatures"]]
    html = render_to_string(
        "pdf/record.html",
        {
            "record": record,
            "content": record.content,
            "name": dict(record.content["about"])["ECT"],
            "signatures": signatures,
            "code": record.spaced_code,
            "made_at": record.made_at,
            "check_at": f"{settings.SITE_URL}/check/",
        },
    )
    data = {"code": record.code, "version": record.version, **record.content}
    attachment = json.dumps(data, indent=2, ensure_ascii=False, sort_keys=True).encode()
    return pdf.seal(pdf.render(html, attachments={"record.json": attachment}), reason=f"Record {record.spaced_code}")


@dataclass(frozen=True)
class Finding:
    """What may be told of a file or a code to anybody: no name, no school, no judgement."""

    ours: bool
    untouched: bool = False
    kind: str = ""
    signed_on: date | None = None
    newest: bool = False


UNKNOWN = Finding(ours=False)


def check_file(file: bytes) -> Finding:
    """A record is untouched when its seal is whole and every byte is as it was kept.

    Both are asked: the seal does not cover its own container, and the database could be written in without its key.
    """
    seal = pdf.inspect(file)
    record = Record.objects.select_related("review").filter(sha256=pdf.digest(file)).first()
    if record:
        return _about(record, untouched=seal is pdf.Seal.UNTOUCHED)
    return Finding(ours=True) if seal in (pdf.Seal.CHANGED, pdf.Seal.UNTOUCHED) else UNKNOWN


def check_code(code: str) -> Finding:
    """A code stands for the record that we keep; O, I and L are read as the digits for which they are mistaken."""
    plain = "".join(code.upper().split()).replace("-", "").translate(str.maketrans("OIL", "011"))
    if not (plain.isascii() and plain.isalnum()):
        return UNKNOWN
    record = Record.objects.select_related("review").filter(code=plain).exclude(pdf="").first()
    if record is None:
        return UNKNOWN
    try:
        with record.pdf.open("rb") as kept:
            file = kept.read()
    except OSError:
        log.exception("the file of record %s cannot be read", record.pk)
        return _about(record, untouched=False)
    whole = pdf.digest(file) == record.sha256 and pdf.inspect(file) is pdf.Seal.UNTOUCHED
    return _about(record, untouched=whole)


def _about(record: Record, *, untouched: bool) -> Finding:
    return Finding(
        ours=True,
        untouched=untouched,
        kind=record.review.get_kind_display(),
        signed_on=timezone.localdate(record.made_at),
        newest=record.is_newest(),
    )
