"""pysaml2 as the other side of SAML: reads a JSON object, writes what it made of it as one.

saml_peer.py idp KEY CERTIFICATE < {"metadata", "request", "logout", "person", "sign_assertion"}
    accepts our AuthnRequest and LogoutRequest; gives its Response and a LogoutRequest of its own.
saml_peer.py sp KEY CERTIFICATE < {"metadata", "response", "request_id"}
    accepts our Response; gives who has signed in.

The partner's metadata is left in the current folder.
"""

import json
import logging
import shutil
import sys
import warnings

warnings.simplefilter("ignore")

from saml2 import BINDING_HTTP_POST  # noqa: E402
from saml2.client import Saml2Client  # noqa: E402
from saml2.config import IdPConfig, SPConfig  # noqa: E402
from saml2.saml import NameID  # noqa: E402
from saml2.server import Server  # noqa: E402

SHA256 = {
    "sign_alg": "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
    "digest_alg": "http://www.w3.org/2001/04/xmlenc#sha256",
}
IDP = "https://mpass.test/meta/saml"
SP = "https://primaria.test"
ANSWERS = "https://primaria.test/sign-in/answer"


def common(key, certificate, metadata):
    with open("metadata.xml", "w", encoding="utf-8") as file:
        file.write(metadata)
    binary = shutil.which("xmlsec1")
    return {"key_file": key, "cert_file": certificate, "xmlsec_binary": binary, "metadata": {"local": ["metadata.xml"]}}


def idp(key, certificate, given):
    endpoints = {
        "single_sign_on_service": [("https://mpass.test/login/saml", BINDING_HTTP_POST)],
        "single_logout_service": [("https://mpass.test/logout/saml", BINDING_HTTP_POST)],
    }
    policy = {"default": {"lifetime": {"minutes": 5}, "name_form": "urn:oasis:names:tc:SAML:2.0:attrname-format:basic"}}
    service = {"idp": {"want_authn_requests_signed": True, "endpoints": endpoints, "policy": policy}}
    server = Server(config=IdPConfig().load({**common(key, certificate, given["metadata"]), "entityid": IDP, "service": service}))
    request = server.parse_authn_request(given["request"], BINDING_HTTP_POST).message
    logout = server.parse_logout_request(given["logout"], BINDING_HTTP_POST).message
    person = NameID(text=given["person"])
    response = server.create_authn_response(
        {"FirstName": ["Ana"], "LastName": ["Rusu"]},
        in_response_to=request.id,
        destination=request.assertion_consumer_service_url,
        sp_entity_id=request.issuer.text,
        name_id=person,
        authn={"class_ref": "urn:oasis:names:tc:SAML:2.0:ac:classes:SmartcardPKI", "authn_auth": IDP},
        sign_response=True,
        sign_assertion=given["sign_assertion"],
        encrypt_assertion=False,
        **SHA256,
    )
    address = "https://primaria.test/out"
    _, ended = server.create_logout_request(address, SP, name_id=person, session_indexes=["session-1"], sign=True, **SHA256)
    return {"request_id": request.id, "logged_out": logout.name_id.text, "response": str(response), "logout": str(ended)}


def sp(key, certificate, given):
    service = {
        "sp": {
            "endpoints": {"assertion_consumer_service": [(ANSWERS, BINDING_HTTP_POST)]},
            "want_response_signed": True,
            "want_assertions_signed": False,
            "allow_unsolicited": False,
        }
    }
    config = {**common(key, certificate, given["metadata"]), "entityid": SP, "service": service, "allow_unknown_attributes": True}
    client = Saml2Client(config=SPConfig().load(config))
    answer = client.parse_authn_request_response(given["response"], BINDING_HTTP_POST, outstanding={given["request_id"]: "/"})
    return {"person": answer.name_id.text, "attributes": answer.ava}


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    role, key, certificate = sys.argv[1:]
    json.dump({"idp": idp, "sp": sp}[role](key, certificate, json.load(sys.stdin)), sys.stdout)
