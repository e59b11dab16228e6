"""signxml, against which our XAdES signatures are tested.

xades_peer.py SIGNATURE ROOT CONTENT [sha1]   fails unless the signature over the content holds; SHA-1 for the content only when asked for
"""

import sys

from signxml import DigestAlgorithm, SignatureMethod
from signxml.xades import XAdESSignatureConfiguration, XAdESVerifier

signature, root, content = (open(name, "rb").read() for name in sys.argv[1:4])
digests = {DigestAlgorithm.SHA256} | ({DigestAlgorithm.SHA1} if "sha1" in sys.argv else set())
found = XAdESVerifier().verify(
    signature,
    ca_pem_file=sys.argv[2],
    uri_resolver=lambda uri: content if uri == "urn:x-content" else None,
    expect_references=2,
    expect_config=XAdESSignatureConfiguration(
        signature_methods=frozenset({SignatureMethod.RSA_SHA256}), digest_algorithms=frozenset(digests), require_x509=True
    ),
)
print(len(found))
