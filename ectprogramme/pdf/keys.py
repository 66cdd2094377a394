"""The installation's own key and certificate, which seal its records.

They are made on first use. To change them: move `certificate.pem` into `trusted/` beside it under another name, remove
`key.pem`, and start again. A record stays whole as long as the certificate of its time is in either place: what counts
is that the certificate is ours, not whether it has run out since.
"""

import datetime
import functools
import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from ectprogramme.folders import only_process_in

KEY_BITS = 3072
PEM = b"-----BEGIN CERTIFICATE-----"
LIFE = datetime.timedelta(days=3652)


@dataclass(frozen=True)
class KeyPair:
    key: rsa.RSAPrivateKey
    certificate: x509.Certificate


def ensure_key() -> None:
    """Make key and certificate if they are ours to make and not there; ImproperlyConfigured if they are no pair."""
    key_pair()


def key_pair() -> KeyPair:
    key_file, certificate_file = settings.SEAL_KEY_FILE, settings.SEAL_CERTIFICATE_FILE
    if key_file.parent == certificate_file.parent == settings.PRIVATE / "seal" and not key_file.exists():
        with only_process_in(key_file.parent):
            if not key_file.exists() and not certificate_file.exists():
                _make(key_file, certificate_file)
    try:
        written = key_file.stat().st_mtime_ns, certificate_file.stat().st_mtime_ns
    except OSError as error:
        raise ImproperlyConfigured(
            f"The seal's {error.filename} cannot be read. Put key and certificate back from a backup, "
            "or, to have new ones made, move certificate.pem into trusted/ and remove key.pem."
        ) from error
    return _load(key_file, certificate_file, written)


@functools.lru_cache(maxsize=1)
def _load(key_file: Path, certificate_file: Path, written: tuple[int, int]) -> KeyPair:
    """Kept, because to check an RSA key takes longer than to seal with it; `written` has a changed file read again."""
    try:
        key = load_pem_private_key(key_file.read_bytes(), password=None)
        certificate = x509.load_pem_x509_certificate(certificate_file.read_bytes())
    except (OSError, TypeError, ValueError) as error:  # TypeError: the key has a password
        raise ImproperlyConfigured(
            f"Put the seal's private key into {key_file} and its certificate into {certificate_file}, "
            "both as PEM without a password."
        ) from error
    if not isinstance(key, rsa.RSAPrivateKey) or certificate.public_key() != key.public_key():
        raise ImproperlyConfigured(
            f"{certificate_file} has to be the certificate of the RSA key in {key_file}: they differ."
        )
    return KeyPair(key, certificate)


def trusted_certificates() -> list[x509.Certificate]:
    """The present certificate, if there is one yet, and those in `trusted/` that sealed records before it, whatever else
    is there."""
    present = settings.SEAL_CERTIFICATE_FILE
    files = [path for path in (present, *sorted((present.parent / "trusted").glob("*"))) if path.is_file()]
    written = {path: path.read_bytes() for path in files}
    try:
        return [
            certificate
            for path, content in written.items()
            if path == present or PEM in content
            for certificate in x509.load_pem_x509_certificates(content)
        ]
    except ValueError as error:
        raise ImproperlyConfigured(f"One of these is no certificate in PEM: {', '.join(map(str, files))}.") from error


def _make(key_file: Path, certificate_file: Path) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)
    host = urlsplit(settings.SITE_URL).hostname
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, f"ECT programme record seal, {host}"[:64])])
    now = datetime.datetime.now(datetime.UTC)
    usage = dict.fromkeys(
        [
            "key_encipherment",
            "data_encipherment",
            "key_agreement",
            "key_cert_sign",
            "crl_sign",
            "encipher_only",
            "decipher_only",
        ],
        False,
    )
    certificate = (
        x509.CertificateBuilder(subject_name=name, issuer_name=name, public_key=key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + LIFE)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(digital_signature=True, content_commitment=True, **usage), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    (key_file.parent / "trusted").mkdir(mode=0o700, exist_ok=True)
    # The certificate first: who finds the key finds both
    _write(certificate_file, certificate.public_bytes(Encoding.PEM))
    _write(key_file, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


def _write(path: Path, content: bytes) -> None:
    """All of it or nothing, on the disk, for the owner only."""
    half_written = path.with_suffix(".part")
    half_written.unlink(missing_ok=True)
    with os.fdopen(os.open(half_written, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    half_written.replace(path)
