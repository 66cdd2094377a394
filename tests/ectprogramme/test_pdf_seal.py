"""Sealing a PDF, and telling a sealed file that is whole from every other one."""

import datetime
import hashlib
import io
import os
import shutil
import stat
import subprocess
import sys
from urllib.parse import urlsplit

import page
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.conf import settings as project
from django.core.exceptions import ImproperlyConfigured
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from ectprogramme import pdf
from ectprogramme.pdf import Seal, checking, keys

OWN_CERTIFICATE_FILE = project.SEAL_CERTIFICATE_FILE
PAGE = """<html lang="en-GB"><head><title>Łukasz</title><meta name="dcterms.created" content="2027-04-04">
<meta name="dcterms.modified" content="2027-04-04"></head><body><h1>Łukasz</h1><p>Is on track.</p></body></html>"""


@pytest.fixture(scope="session")
def plain():
    return pdf.render(PAGE, attachments={"record.json": b"{}"})


@pytest.fixture(scope="session")
def sealed(plain):
    return pdf.seal(plain, reason="Record of a signed review", location="Hillbrook School")


@pytest.fixture
def fresh(settings, tmp_path, monkeypatch):
    """An installation that has no key yet; small keys, to be quick."""
    monkeypatch.setattr(keys, "KEY_BITS", 2048)
    settings.PRIVATE = tmp_path / "private"
    settings.SEAL_KEY_FILE = settings.PRIVATE / "seal" / "key.pem"
    settings.SEAL_CERTIFICATE_FILE = settings.PRIVATE / "seal" / "certificate.pem"
    return settings.PRIVATE / "seal"


# Sealing


def test_a_sealed_record_stays_archivable_and_accessible(sealed):
    assert page.is_pdf_compliant_bytes(sealed, profile="pdfa3a")
    assert page.is_pdf_compliant_bytes(sealed, profile="ua1")


def test_sealing_leaves_the_page_as_it_was_and_adds_to_it(plain, sealed):
    assert sealed.startswith(plain)


def test_the_seal_says_who_why_and_where_and_allows_no_change(sealed):
    [signature] = PdfFileReader(io.BytesIO(sealed)).embedded_signatures
    assert signature.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"
    assert signature.sig_object["/Name"] == "ECT programme record seal, 127.0.0.1"
    assert signature.sig_object["/Reason"] == "Record of a signed review"
    assert signature.sig_object["/Location"] == "Hillbrook School"
    assert signature.docmdp_level.value == 1


def test_other_programs_call_the_seal_valid(sealed, tmp_path):
    [signature] = PdfFileReader(io.BytesIO(sealed)).embedded_signatures
    ours = ValidationContext(trust_roots=[signature.signer_cert], allow_fetching=False)
    status = validate_pdf_signature(signature, ours)
    assert status.bottom_line
    assert status.coverage == SignatureCoverageLevel.ENTIRE_FILE

    file, store = tmp_path / "sealed.pdf", f"sql:{tmp_path}"
    file.write_bytes(sealed)
    subprocess.run(["certutil", "-N", "-d", store, "--empty-password"], check=True)
    said = subprocess.run(["pdfsig", "-nssdir", store, file], capture_output=True, text=True, check=True).stdout
    assert "Signature is Valid" in said
    assert "Total document signed" in said


# Checking


def test_a_sealed_record_is_untouched(sealed):
    assert pdf.inspect(sealed) is Seal.UNTOUCHED


def test_a_document_without_a_seal_has_none(plain):
    assert pdf.inspect(plain) is Seal.NONE
    assert pdf.inspect(b"") is Seal.NONE
    assert pdf.inspect(b"Any text with /ByteRange [0 1 2 3]") is Seal.NONE


def test_appended_bytes_are_told(sealed):
    for more in (b"\n", b"\0", b"%%EOF\n", sealed):
        assert pdf.inspect(sealed + more) is Seal.CHANGED


def test_an_edit_by_another_program_is_told(sealed):
    writer = IncrementalPdfFileWriter(io.BytesIO(sealed))
    writer.root["/Lang"] = writer.root["/Lang"].__class__("cy")
    writer.update_root()
    changed = io.BytesIO()
    writer.write(changed)
    assert changed.getvalue().startswith(sealed)
    assert pdf.inspect(changed.getvalue()) is Seal.CHANGED


def test_a_second_seal_on_top_is_told(sealed, plain, fresh):
    theirs = pdf.seal(plain, reason="Looks the same")
    shutil.copy(OWN_CERTIFICATE_FILE, fresh / "trusted" / "own.pem")
    assert pdf.inspect(sealed) is pdf.inspect(theirs) is Seal.UNTOUCHED
    assert pdf.inspect(sealed + theirs[len(plain) :]) is Seal.CHANGED


def test_every_flipped_bit_outside_the_signature_is_told(sealed):
    [(_, end, start, _)] = [tuple(map(int, found)) for found in checking.BYTE_RANGE.findall(sealed)]
    for position in [*range(0, end, 97), end - 1, end, start - 1, *range(start, len(sealed), 7)]:
        flipped = bytearray(sealed)
        flipped[position] ^= 1 << position % 8
        assert pdf.inspect(bytes(flipped)) is Seal.CHANGED, position


def test_a_flipped_bit_within_the_signature_is_told_by_seal_or_digest(sealed):
    [(_, end, start, _)] = [tuple(map(int, found)) for found in checking.BYTE_RANGE.findall(sealed)]
    seen = set()
    for position in range(end, start, 5):
        flipped = bytearray(sealed)
        flipped[position] ^= 1 << position % 7
        seen.add(pdf.inspect(bytes(flipped)))
        assert pdf.digest(bytes(flipped)) != pdf.digest(sealed)
    assert Seal.CHANGED in seen
    assert seen <= {Seal.CHANGED, Seal.UNTOUCHED}


def test_the_padding_and_the_writing_of_the_signature_are_checked(sealed):
    end = sealed.rindex(b"00>")
    assert pdf.inspect(sealed[:end] + b"01>" + sealed[end + 3 :]) is Seal.CHANGED
    start = sealed.rindex(b"<3082") + 1
    stop = sealed.index(b">", start)
    small = sealed[:start] + sealed[start:stop].lower() + sealed[stop:]
    assert pdf.inspect(small) is Seal.CHANGED


def test_the_digest_is_the_sha256_of_the_file(sealed):
    assert pdf.digest(sealed) == hashlib.sha256(sealed).hexdigest()


@given(st.binary(max_size=400), st.integers(0, 60_000), st.integers(0, 60_000))
@example(b"<00>", 0, 0)
@settings(max_examples=40, deadline=None)
def test_any_other_bytes_are_never_an_error_and_never_untouched(sealed, junk, start, stop):
    for data in (junk, b"%PDF-1.7\n" + junk, sealed[:start], sealed[start:], sealed[:start] + junk + sealed[stop:]):
        assert pdf.inspect(data) in ({Seal.UNTOUCHED} if data == sealed else set(Seal) - {Seal.UNTOUCHED})


def test_a_seal_by_somebody_else_is_foreign(sealed, plain, fresh):
    assert pdf.inspect(sealed) is Seal.FOREIGN
    assert pdf.inspect(pdf.seal(plain, reason="Our own")) is Seal.UNTOUCHED


def test_a_foreign_seal_that_names_our_certificate_is_not_ours(plain, sealed, fresh, settings):
    own = x509.load_pem_x509_certificate(OWN_CERTIFICATE_FILE.read_bytes()).public_bytes(Encoding.DER)
    theirs = pdf.seal(plain + b"%" + hashlib.sha256(own).hexdigest().encode() + b"\n", reason="Looks the same")
    assert pdf.inspect(theirs) is Seal.UNTOUCHED
    settings.SEAL_CERTIFICATE_FILE = OWN_CERTIFICATE_FILE
    assert pdf.inspect(sealed) is Seal.UNTOUCHED
    assert pdf.inspect(theirs) is Seal.CHANGED


# The key


def test_the_key_is_made_once_and_only_its_owner_may_read_it(fresh, settings):
    settings.SITE_URL = "https://records.school.example:8443/ect"
    pdf.ensure_key()
    first = keys.key_pair()
    pdf.ensure_key()
    assert keys.key_pair() == first
    assert stat.S_IMODE(fresh.stat().st_mode) == 0o700
    assert {path.name: stat.S_IMODE(path.stat().st_mode) for path in fresh.iterdir()} == {
        "key.pem": 0o600,
        "certificate.pem": 0o600,
        "trusted": 0o700,
    }
    certificate = first.certificate
    assert certificate.subject.rfc4514_string() == r"CN=ECT programme record seal\, records.school.example"
    now = datetime.datetime.now(datetime.UTC)
    assert 3650 <= (certificate.not_valid_after_utc - now).days <= 3653
    assert not certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    certificate.verify_directly_issued_by(certificate)


def test_the_installations_key_is_rsa_3072(sealed):
    assert keys.key_pair().key.key_size == 3072


def test_a_long_host_name_fits_into_the_certificate(fresh, settings):
    settings.SITE_URL = f"https://{'a' * 60}.example"
    pdf.ensure_key()
    [name] = keys.key_pair().certificate.subject
    assert name.value.startswith("ECT programme record seal, aaa")
    assert urlsplit(settings.SITE_URL).hostname.startswith(name.value.split()[-1])


def test_processes_that_start_at_once_end_with_one_matching_pair(tmp_path):
    environment = os.environ | {"VAR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "ectprogramme.settings"}
    program = "from ectprogramme.pdf import keys; print(keys.key_pair().certificate.serial_number)"
    started = [
        subprocess.Popen([sys.executable, "-c", program], env=environment, stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    said = {process.communicate()[0] for process in started}
    assert len(said) == 1
    assert said.pop().strip().isdigit()


def test_a_changed_key_is_read_again_and_older_records_stay_whole(plain, fresh):
    older = pdf.seal(plain, reason="Before")
    (fresh / "certificate.pem").rename(fresh / "trusted" / "until-2026")
    (fresh / "key.pem").unlink()
    newer = pdf.seal(plain, reason="After")
    assert pdf.inspect(older) is Seal.UNTOUCHED
    assert pdf.inspect(newer) is Seal.UNTOUCHED
    (fresh / "trusted" / "until-2026").unlink()
    assert pdf.inspect(older) is Seal.FOREIGN


def test_a_record_outlives_the_validity_of_its_certificate(plain, fresh, monkeypatch):
    monkeypatch.setattr(keys, "LIFE", datetime.timedelta(seconds=0))
    assert pdf.inspect(pdf.seal(plain, reason="Long ago")) is Seal.UNTOUCHED


def test_a_certificate_without_its_key_is_kept_and_said(fresh):
    pdf.ensure_key()
    (fresh / "key.pem").unlink()
    kept = (fresh / "certificate.pem").read_bytes()
    with pytest.raises(ImproperlyConfigured, match=r"key\.pem cannot be read.*trusted/"):
        pdf.ensure_key()
    assert (fresh / "certificate.pem").read_bytes() == kept


def test_a_given_key_is_never_made(fresh, settings, tmp_path):
    settings.SEAL_KEY_FILE = tmp_path / "given.pem"
    with pytest.raises(ImproperlyConfigured, match=r"given\.pem cannot be read"):
        pdf.ensure_key()
    assert not fresh.exists()


def test_a_key_and_certificate_that_differ_are_refused(fresh, settings, tmp_path):
    pdf.ensure_key()
    shutil.copy(fresh / "certificate.pem", tmp_path / "other.pem")
    (fresh / "key.pem").unlink()
    (fresh / "certificate.pem").unlink()
    pdf.ensure_key()
    settings.SEAL_CERTIFICATE_FILE = tmp_path / "other.pem"
    with pytest.raises(ImproperlyConfigured, match="they differ"):
        pdf.ensure_key()


def test_a_key_that_is_not_rsa_is_refused(fresh):
    pdf.ensure_key()
    curve = ec.generate_private_key(ec.SECP256R1())
    (fresh / "key.pem").write_bytes(curve.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    with pytest.raises(ImproperlyConfigured, match="RSA key"):
        pdf.ensure_key()


def test_files_that_are_no_key_or_certificate_are_said(fresh):
    pdf.ensure_key()
    (fresh / "key.pem").write_text("no key")
    with pytest.raises(ImproperlyConfigured, match="private key into"):
        pdf.ensure_key()
    (fresh / "certificate.pem").write_text("no certificate")
    with pytest.raises(ImproperlyConfigured, match="no certificate in PEM"):
        pdf.inspect(b"")
