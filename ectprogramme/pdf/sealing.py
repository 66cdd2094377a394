"""A PAdES B-B signature over a PDF that leaves it PDF/A and PDF/UA, by pyHanko."""

import io

from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import InvisSigSettings, MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, Signer
from pyhanko_certvalidator.registry import SimpleCertificateStore

from .keys import KeyPair, key_pair

# Hex digits kept free for signature and certificate, which take some 4000 of them; not told, pyHanko signs twice to see
ROOM = 16384


class LoadedKey(Signer):
    """Signs with a key that is in memory: pyHanko's own signer checks the key again at each signature."""

    def __init__(self, pair: KeyPair):
        certificate = asn1_x509.Certificate.load(pair.certificate.public_bytes(Encoding.DER))
        super().__init__(signing_cert=certificate, cert_registry=SimpleCertificateStore())
        self.key = pair.key

    async def async_sign_raw(self, data, digest_algorithm, dry_run=False):
        return bytes(self.key.key_size // 8) if dry_run else self.key.sign(data, PKCS1v15(), hashes.SHA256())


class PlainWriter(IncrementalPdfFileWriter):
    """Leaves the document's metadata alone: as pyHanko rewrites it, it is no longer PDF/A."""

    def _update_meta(self):
        pass


def sign(pdf: bytes, *, reason: str, location: str | None) -> bytes:
    signer = LoadedKey(key_pair())
    metadata = PdfSignatureMetadata(
        field_name="Seal",
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
        name=signer.subject_name,
        reason=reason,
        location=location,
    )
    # A hidden field is not PDF/A and one of no size inside the page not PDF/UA: so it is printed, outside the page
    invisible = InvisSigSettings(set_print_flag=True, set_hidden_flag=False, box_out_of_bounds=True)
    field = SigFieldSpec("Seal", on_page=0, readable_field_name="Document seal", invis_sig_settings=invisible)
    signer = PdfSigner(metadata, signer=signer, new_field_spec=field)
    sealed = signer.sign_pdf(PlainWriter(io.BytesIO(pdf)), bytes_reserved=ROOM)
    return sealed.getvalue()
