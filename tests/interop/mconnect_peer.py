"""zeep reads a data contract's WSDL, asks, and checks the signature of the answer.

mconnect_peer.py ADDRESS IDNP, in a folder with system.pem, key.pem, authorities.pem and mconnect.pem; prints what it was told.
"""

import datetime
import sys

import requests
import xmlsec
from zeep import Client, Transport
from zeep.exceptions import Fault
from zeep.wsse import utils
from zeep.wsse.signature import BinarySignature, MemorySignature


class Both:
    """Signs with our key, verifies with the service's certificate."""

    def apply(self, envelope, headers):
        created = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
        timestamp = utils.WSU("Timestamp")
        timestamp.append(utils.WSU("Created", created.isoformat()))
        timestamp.append(utils.WSU("Expires", (created + datetime.timedelta(minutes=5)).isoformat()))
        utils.get_security_header(envelope).append(timestamp)
        methods = {"signature_method": xmlsec.Transform.RSA_SHA256, "digest_method": xmlsec.Transform.SHA256}
        return BinarySignature("key.pem", "system.pem", **methods).apply(envelope, headers)

    def verify(self, envelope):
        with open("mconnect.pem", "rb") as file:
            # The key is not used for verifying, but zeep wants one.
            return MemorySignature(b"", file.read()).verify(envelope)


def main(address, idnp):
    session = requests.Session()
    session.trust_env = False
    session.cert = ("system.pem", "key.pem")
    session.verify = "authorities.pem"
    client = Client(f"{address}/GetPerson?wsdl", wsse=Both(), transport=Transport(session=session))
    calling = {"CallingUser": "2012877351413", "CallingEntity": "1000000000007", "CallBasis": "Legea", "CallReason": "Proba"}
    person = client.service.GetPerson(IDNP=idnp, _soapheaders=calling)
    print(person.GivenName, person.FamilyName, person.DateOfBirth, person.Registrations.Registration[0].Address.Locality)
    try:
        client.service.GetPerson(IDNP="2000000000008", _soapheaders=calling)
    except Fault as fault:
        print(fault.code)


main(*sys.argv[1:])
