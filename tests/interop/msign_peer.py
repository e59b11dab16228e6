"""zeep as a caller of MSign, by the service's own description, over mutual TLS. Files are in the current folder.

msign_peer.py post ADDRESS          a PDF (sent.pdf) and a request over a digest; prints both ids
msign_peer.py get ADDRESS ID        prints status and correlation ids; leaves the first result in signed
msign_peer.py verify ADDRESS KIND   verifies the file signed, of kind Pdf or Hash; prints validity, words and subjects

authority.pem is whom to trust, system.pem and system.key.pem who we are.
"""

import json
import sys

import requests
import zeep
from zeep.transports import Transport

DIGEST = bytes(range(20))


def read(name):
    with open(name, "rb") as file:
        return file.read()


def service(address):
    session = requests.Session()
    session.verify = "authority.pem"
    session.cert = ("system.pem", "system.key.pem")
    session.trust_env = False
    return zeep.Client(f"{address}/MSign.svc?singleWsdl", transport=Transport(session=session)).service


def post(address):
    common = {
        "ContentDescription": "Avize & <altele>",
        "ExpectedSigner": {"ID": "2000000000008", "DelegatorType": "None"},
        "ShortContentDescription": "Avize",
        "SignatureReason": "Aprobat",
    }
    pdf = {"Content": read("sent.pdf"), "CorrelationID": "a", "MultipleSignatures": True, "Name": "Aviz.pdf"}
    digest = {"Content": DIGEST, "CorrelationID": "b"}
    ours = service(address)
    return [
        ours.PostSignRequest({**common, "ContentType": "Pdf", "Contents": {"SignContent": [pdf]}}),
        ours.PostSignRequest({**common, "ContentType": "Hash", "Contents": {"SignContent": [digest]}}),
    ]


def get(address, request):
    answer = service(address).GetSignResponse(request, "en")
    results = answer.Results.SignResult if answer.Results else []
    if results:
        with open("signed", "wb") as file:
            file.write(results[0].Signature)
    return [answer.Status, answer.Message, [one.CorrelationID for one in results]]


def verify(address, kind):
    content = {"Signature": read("signed"), "CorrelationID": "c"}
    if kind == "Hash":
        content["Content"] = DIGEST
    request = {"Contents": {"VerificationContent": [content]}, "Language": "en", "SignedContentType": kind}
    # zeep takes off what holds one element only.
    (found,) = service(address).VerifySignatures(request).VerificationResult
    certificates = found.Certificates.VerificationCertificate if found.Certificates else []
    return [found.SignaturesValid, found.Message, found.CorrelationID, [one.Subject for one in certificates]]


if __name__ == "__main__":
    try:
        json.dump({"post": post, "get": get, "verify": verify}[sys.argv[1]](*sys.argv[2:]), sys.stdout)
    except zeep.exceptions.Fault as fault:
        json.dump({"code": fault.code, "message": fault.message}, sys.stdout)
