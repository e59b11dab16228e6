"""pyHanko, against which our signed PDF documents are tested.

pdf_peer.py verify FILE ROOT MOMENT   every signature, with the revocation lists of this folder; one line each, fails unless all are good
pdf_peer.py sign FILE MOMENT ROOT     signs FILE twice, with time stamps, to signed.pdf; keys and certificates are the folder's *.der
pdf_peer.py archive FILE MOMENT ROOT  the same with proofs and a time stamp of the document (PAdES-B-LTA)
pdf_peer.py fill FILE MOMENT ROOT     the same in fields that were there before the first signature
"""

import glob
import sys
from datetime import datetime

from asn1crypto import crl, keys, x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore


def read(name):
    with open(name, "rb") as file:
        return file.read()


def context(root, moment):
    return ValidationContext(
        trust_roots=[x509.Certificate.load(read(root))],
        crls=[crl.CertificateList.load(read(found)) for found in glob.glob("*.crl")],
        moment=datetime.fromisoformat(moment),
        revocation_mode="require",
        allow_fetching=False,
    )


def verify(name, root, moment):
    with open(name, "rb") as file:
        signatures = PdfFileReader(file).embedded_signatures
        good = bool(signatures)
        for signature in signatures:
            status = validate_pdf_signature(signature, context(root, moment), ts_validation_context=context(root, moment))
            stamped = status.timestamp_validity
            print(stamped.timestamp.isoformat() if stamped else None, status.bottom_line, status.summary())
            good = good and status.bottom_line
    return good


def sign(name, moment, root, archive=False):
    def certificate(of):
        return x509.Certificate.load(read(f"{of}.der"))

    def key(of):
        return keys.PrivateKeyInfo.load(read(f"{of}-key.der"))

    authority = SimpleCertificateStore.from_certs([certificate("issuing")])
    stamps = DummyTimeStamper(certificate("stamps"), key("stamps"), fixed_dt=datetime.fromisoformat(moment))
    for number in (1, 2):
        with open(name, "rb") as file:
            out = signers.sign_pdf(
                IncrementalPdfFileWriter(file),
                signers.PdfSignatureMetadata(
                    field_name=f"Semnatura{number}",
                    md_algorithm="sha512" if number == 1 else "sha256",
                    subfilter=fields.SigSeedSubFilter.PADES,
                    embed_validation_info=archive,
                    use_pades_lta=archive,
                    validation_context=context(root, moment) if archive else None,
                ),
                signer=signers.SimpleSigner(certificate("person"), key("person"), authority),
                timestamper=stamps,
            )
        name = "signed.pdf"
        with open(name, "wb") as file:
            file.write(out.getbuffer())
    return True


def archive(name, moment, root):
    return sign(name, moment, root, archive=True)


def fill(name, moment, root):
    with open(name, "rb") as file:
        writer = IncrementalPdfFileWriter(file)
        for number in (1, 2):
            spec = fields.SigFieldSpec(f"Semnatura{number}", box=(50, 100 * number, 250, 100 * number + 60))
            fields.append_signature_field(writer, spec)
        with open("fields.pdf", "wb") as out:
            writer.write(out)
    return sign("fields.pdf", moment, root)


sys.exit(0 if {"verify": verify, "sign": sign, "archive": archive, "fill": fill}[sys.argv[1]](*sys.argv[2:]) else 1)
