"""zeep's WS-Security as the other side of a SOAP message.

soap_peer.py sign KEY CERTIFICATE MOMENT {plain|token} {sha1|sha256} < payload > message
soap_peer.py verify CERTIFICATE < message
"""

import datetime
import sys

import xmlsec
from lxml import etree
from zeep.wsse import utils
from zeep.wsse.signature import BinarySignature, MemorySignature, Signature

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"


def sign(key, certificate, moment, kind, digest):
    envelope = etree.Element(etree.QName(SOAP, "Envelope"), nsmap={"soap-env": SOAP})
    etree.SubElement(envelope, etree.QName(SOAP, "Header"))
    body = etree.SubElement(envelope, etree.QName(SOAP, "Body"))
    body.append(etree.fromstring(sys.stdin.buffer.read()))
    created = datetime.datetime.fromisoformat(moment)
    timestamp = utils.WSU("Timestamp")
    timestamp.append(utils.WSU("Created", created.isoformat()))
    timestamp.append(utils.WSU("Expires", (created + datetime.timedelta(minutes=5)).isoformat()))
    utils.get_security_header(envelope).append(timestamp)
    methods = {
        "sha1": {"signature_method": xmlsec.Transform.RSA_SHA1, "digest_method": xmlsec.Transform.SHA1},
        "sha256": {"signature_method": xmlsec.Transform.RSA_SHA256, "digest_method": xmlsec.Transform.SHA256},
    }[digest]
    {"plain": Signature, "token": BinarySignature}[kind](key, certificate, **methods).apply(envelope, {})
    sys.stdout.buffer.write(etree.tostring(envelope))


def verify(certificate):
    envelope = etree.fromstring(sys.stdin.buffer.read())
    with open(certificate, "rb") as file:
        own = file.read()
    # The key is not used for verifying, but zeep wants one.
    MemorySignature(b"", own).verify(envelope)


if __name__ == "__main__":
    {"sign": sign, "verify": verify}[sys.argv[1]](*sys.argv[2:])
