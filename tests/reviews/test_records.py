"""The sealed record of a signed report, and telling whether a file or a code is one."""

import io
import json

import page
import pypdf
import pytest
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction

from ectprogramme import pdf
from people.permissions import Role
from reviews import records
from reviews.models import Record
from reviews.tasks import make_pdf

ANY_TEXT = """<html lang="en-GB"><head><title>A record</title><meta name="dcterms.created" content="2027-04-04">
<meta name="dcterms.modified" content="2027-04-04"></head><body><p>Any text</p></body></html>"""


@pytest.fixture
def record(pdfs, report):
    """A record with the PDF that the worker has really made of it."""
    return Record.objects.get(review=report("submitted"))


@pytest.fixture(scope="session")
def sealed():
    """Some sealed PDF. It can be made once, since it is bytes that no test can change."""
    return pdf.seal(pdf.render(ANY_TEXT), reason="Record")


@pytest.fixture
def any_record(pdfs, report, sealed, monkeypatch):
    """A record for tests of what is kept, whatever is in it: its PDF is `sealed`."""
    monkeypatch.setattr(records, "render", lambda record: sealed)
    return Record.objects.get(review=report("submitted"))


def kept(record):
    with record.pdf.open("rb") as file:
        return file.read()


def test_the_worker_makes_the_pdf_once(record, monkeypatch):
    name, sha256 = record.pdf.name, record.sha256
    assert pdf.digest(kept(record)) == sha256
    monkeypatch.setattr(records, "render", lambda record: pytest.fail("rendered again"))
    make_pdf(record.pk)
    record.refresh_from_db()
    assert (record.pdf.name, record.sha256) == (name, sha256)


def test_two_workers_at_once_keep_one_pdf(any_record, settings):
    new = Record.objects.create(review=any_record.review, version=2, content=any_record.content)

    def faster(found):
        Record.objects.filter(pk=found.pk).update(pdf=any_record.pdf.name, sha256=any_record.sha256)
        return kept(any_record)

    before = len(list((settings.PRIVATE / "records").iterdir()))
    original, records.render = records.render, faster
    try:
        assert records.make_pdf(new.pk) is False
    finally:
        records.render = original
    assert len(list((settings.PRIVATE / "records").iterdir())) == before


def test_a_record_says_who_signed_when_and_holds_the_same_as_data(record):
    reader = pypdf.PdfReader(io.BytesIO(kept(record)))
    text = "\n".join(page.extract_text() for page in reader.pages)
    for words in (
        "Amira Khan",
        "Grace Okafor",
        "Lessons are calm and well planned",
        "I agree with all of it",
        "Confidential",
    ):
        assert words in text
    assert record.spaced_code in text
    data = json.loads(reader.attachments["record.json"][0])
    assert data["code"] == record.code
    assert [row["role"] for row in data["signatures"]] == [Role.ECT.label, Role.TUTOR.label]


def test_signatures_stand_with_all_that_is_said_of_them_and_with_the_words_before(report, monkeypatch):
    record = Record.objects.get(review=report("submitted"))
    monkeypatch.setattr(pdf, "seal", lambda file, reason: file)
    title, answers = record.content["sections"][1]["title"], record.content["sections"][1]["answers"]
    for number in (0, 4, 5, 6, 7, 8, 9, 16):
        more = [[f"Target {n}", "Ask every pupil a question.\nThen wait."] for n in range(number)]
        record.content["sections"][1] = {"title": title, "answers": more + answers}
        pages = [one.extract_text() for one in pypdf.PdfReader(io.BytesIO(records.render(record))).pages]
        [last] = [text for text in pages if "Each person signed these words" in text]
        for words in ("I agree with all of it.", "Signatures", "Grace Okafor", "To check this record"):
            assert words in last, number


def test_a_record_is_accessible_and_archivable(record):
    faults = [
        fault
        for profile in ("pdfa3a", "ua1")
        for fault in page.validate_pdf_bytes(kept(record), profile=profile).failures
    ]
    # a compressed stream that happens to end in a line feed is taken for one of the wrong length
    assert [fault for fault in faults if "STREAM-LENGTH" not in fault.rule_id] == []


def test_an_untouched_file_is_told_with_kind_and_date_and_nothing_more(any_record):
    finding = records.check_file(kept(any_record))
    assert (finding.ours, finding.untouched, finding.newest, finding.kind) == (True, True, True, "Progress review")
    assert finding.signed_on == any_record.made_at.date()
    assert "Amira" not in str(finding)


@pytest.mark.parametrize("where", [0, 0.3, 0.6, 0.999])
def test_a_flipped_bit_is_noticed(any_record, where):
    file = bytearray(kept(any_record))
    file[int(where * len(file))] ^= 1
    assert not records.check_file(bytes(file)).untouched


def test_appended_bytes_are_noticed(any_record):
    finding = records.check_file(kept(any_record) + b"\n% more")
    assert (finding.ours, finding.untouched) == (True, False)


@pytest.mark.parametrize("file", [b"", b"not a pdf", b"%PDF-1.7\n%%EOF"])
def test_another_file_is_no_record(any_record, file):
    assert records.check_file(file) == records.UNKNOWN


def test_a_code_is_found_however_it_is_typed(any_record):
    same = {"content": any_record.content, "pdf": any_record.pdf.name, "sha256": any_record.sha256}
    Record.objects.create(review=any_record.review, version=2, code="10AB10CD10EF", **same)
    for typed in ("10AB10CD10EF", "10ab 10cd 10ef", "IOAB-LOCD-lOEF"):
        assert records.check_code(typed).untouched, typed


@pytest.mark.parametrize("typed", ["", "nothing", "0" * 12, "' OR 1=1 --", "\0"])
def test_another_code_is_no_record(any_record, typed):
    assert records.check_code(typed) == records.UNKNOWN


def test_a_record_is_never_changed_once_its_pdf_is_there(any_record):
    same = Record.objects.filter(pk=any_record.pk)
    for change in (lambda: same.update(sha256="0" * 64), lambda: same.update(version=7), same.delete):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            change()


def test_a_file_without_our_seal_is_not_untouched_though_the_database_names_it(any_record):
    """Whoever can write in the database has not got the key that seals."""
    forged = b"%PDF-1.7 all is satisfactory"
    stored = any_record.pdf.storage.save("records/forged.pdf", ContentFile(forged))
    same = {"content": any_record.content, "pdf": stored, "sha256": pdf.digest(forged)}
    record = Record.objects.create(review=any_record.review, version=2, **same)
    for finding in (records.check_file(forged), records.check_code(record.code)):
        assert (finding.ours, finding.untouched) == (True, False)


def test_a_code_whose_kept_file_is_not_there_is_told_and_logged(any_record, caplog):
    any_record.pdf.storage.delete(any_record.pdf.name)
    finding = records.check_code(any_record.code)
    assert (finding.ours, finding.untouched) == (True, False)
    assert f"the file of record {any_record.pk} cannot be read" in caplog.text


def test_a_code_whose_kept_file_was_changed_is_told(any_record):
    any_record.pdf.storage.delete(any_record.pdf.name)
    any_record.pdf.storage.save(any_record.pdf.name, ContentFile(b"something else"))
    finding = records.check_code(any_record.code)
    assert (finding.ours, finding.untouched) == (True, False)


def test_an_older_version_is_told_to_be_that(record, report):
    older = kept(record)
    newer = Record.objects.create(review=record.review, version=2, content=record.content)
    records.make_pdf(newer.pk)
    assert not records.check_file(older).newest
    assert not records.check_code(record.code).newest


def test_a_record_names_its_version(any_record):
    assert str(any_record) == "Progress review, Term 1, version 1"
    assert str(any_record.review.signatures.first()) == "Amira Khan, ECT"
