"""Whether a file is one that we sealed, and whole.

Anybody may hand in anything here, so nothing of the file is parsed as PDF. A signature names the bytes that it covers
(`/ByteRange`); if those are the whole file but for the signature itself, and the signature over them was made by our
key, then the file is the one that we sealed, whatever a PDF reader would make of it.
"""

import binascii
import enum
import hashlib
import re

from cryptography.hazmat.primitives.serialization import Encoding

from .keys import trusted_certificates

BYTE_RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d{1,12})\s+(\d{1,12})\s+(\d{1,12})\s+(\d{1,12})\s*\]")
HEADER_WITHIN = 1024  # bytes in which readers look for the header of a PDF


class Seal(enum.Enum):
    UNTOUCHED = "sealed by us, and every byte is as we sealed it"
    CHANGED = "sealed by us, but changed since"
    FOREIGN = "sealed by somebody else"
    NONE = "not sealed, or not a PDF"


def digest(pdf: bytes) -> str:
    """The SHA-256 of the whole file, in hexadecimal.

    Keep it with a record and compare: no signature covers its own bytes, of which a few could be written otherwise.
    """
    return hashlib.sha256(pdf).hexdigest()


def inspect(pdf: bytes) -> Seal:
    """What the file's seal says. Never raises for what is in `pdf`; the time taken grows with its length only."""
    certificates = [certificate.public_bytes(Encoding.DER) for certificate in trusted_certificates()]
    if _carries_our_seal(pdf, certificates):
        return Seal.UNTOUCHED if _is_whole(pdf, certificates) else Seal.CHANGED
    if b"%PDF-" in pdf[:HEADER_WITHIN] and BYTE_RANGE.search(pdf):
        return Seal.FOREIGN
    return Seal.NONE


def _carries_our_seal(pdf: bytes, certificates: list[bytes]) -> bool:
    """A seal holds its certificate, and signs that certificate's digest: one of the two outlives most damage."""
    lower = pdf.lower()
    marks = [mark for der in certificates for mark in (der.hex(), hashlib.sha256(der).hexdigest())]
    return any(mark.encode() in lower for mark in marks)


def _is_whole(pdf: bytes, certificates: list[bytes]) -> bool:
    """Exactly one signature covers the whole file, and it is ours."""
    ranges = {tuple(map(int, found)) for found in BYTE_RANGE.findall(pdf)}
    whole = [
        (end, start) for zero, end, start, rest in ranges if zero == 0 and end < start and start + rest == len(pdf)
    ]
    if len(whole) != 1:
        return False
    end, start = whole[0]
    try:
        return _is_signature(pdf[end:start], hashlib.sha256(pdf[:end] + pdf[start:]).digest(), certificates)
    except Exception:  # whatever the parsers make of a broken signature, it is not ours
        return False


def _is_signature(hexadecimal: bytes, signed: bytes, certificates: list[bytes]) -> bool:
    """`hexadecimal` is our signature of the digest `signed`, written as we write it: `<`, capitals, zeros, `>`."""
    from asn1crypto.cms import ContentInfo
    from pyhanko.sign.general import extract_signer_info
    from pyhanko.sign.validation.generic_cms import validate_sig_integrity

    content = binascii.unhexlify(hexadecimal[1:-1])
    message = ContentInfo.load(content)
    padding = content[len(message.dump()) :]
    if hexadecimal != b"<%s>" % content.hex().upper().encode() or padding.strip(b"\0"):
        return False
    [certificate] = [choice.chosen for choice in message["content"]["certificates"]]
    if certificate.dump() not in certificates:
        return False
    signer = extract_signer_info(message["content"])
    return all(validate_sig_integrity(signer, certificate, "data", signed))
