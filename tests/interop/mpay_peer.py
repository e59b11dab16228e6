"""zeep as MPay: reads our WSDL and calls both operations with a WS-Security signature.

mpay_peer.py WSDL KEY CERTIFICATE PORTAL_CERTIFICATE {sha1|sha256}   asks about ORDER-1, pays what is due, tells of it again; asks about ORDER-2

Gives as JSON what it was told.
"""

import datetime
import json
import sys
import warnings

warnings.simplefilter("ignore")

import xmlsec  # noqa: E402
import zeep  # noqa: E402
from zeep.wsse import utils  # noqa: E402
from zeep.wsse.signature import BinarySignature, MemorySignature  # noqa: E402


class Security:
    """Signs Body and Timestamp with MPay's key, and holds answers against the portal's certificate."""

    def __init__(self, key, certificate, portal, methods):
        self.own = BinarySignature(key, certificate, **methods)
        with open(portal, "rb") as file:
            self.portal = MemorySignature(b"", file.read(), **methods)

    def apply(self, envelope, headers):
        now = datetime.datetime.now(datetime.timezone.utc)
        timestamp = utils.WSU("Timestamp")
        timestamp.append(utils.WSU("Created", now.isoformat()))
        timestamp.append(utils.WSU("Expires", (now + datetime.timedelta(minutes=5)).isoformat()))
        utils.get_security_header(envelope).append(timestamp)
        return self.own.apply(envelope, headers)

    def verify(self, envelope):
        return self.portal.verify(envelope)


def main(wsdl, key, certificate, portal, digest):
    methods = {
        "sha1": {"signature_method": xmlsec.Transform.RSA_SHA1, "digest_method": xmlsec.Transform.SHA1},
        "sha256": {"signature_method": xmlsec.Transform.RSA_SHA256, "digest_method": xmlsec.Transform.SHA256},
    }[digest]
    service = zeep.Client(wsdl, wsse=Security(key, certificate, portal, methods)).service
    query = {"Language": "ro", "OrderKey": "ORDER-1", "ServiceID": "impozite"}
    [order] = service.GetOrderDetails(query)
    line = order.Lines.OrderLine[0]
    confirmation = {
        "Currency": "MDL",
        "InvoiceID": "000123",
        "Lines": {"PaymentConfirmationLine": [{"Amount": line.AmountDue, "DestinationAccount": line.DestinationAccount, "LineID": line.LineID}]},
        "OrderKey": order.OrderKey,
        "PaidAt": "2026-09-01T12:00:00",
        "PaymentID": f"PAYMENT-{digest}",
        "Properties": {"PaymentProperty": [{"Name": "HO:Channel", "Value": "Card"}]},
        "ServiceID": order.ServiceID,
        "TotalAmount": order.TotalAmountDue,
    }
    for _ in range(2):
        service.ConfirmOrderPayment(confirmation)
    [after] = service.GetOrderDetails(query)
    try:
        service.GetOrderDetails({**query, "OrderKey": "ORDER-2"})
        fault = None
    except zeep.exceptions.Fault as error:
        fault = error.code
    return {
        "customer": order.CustomerName,
        "kind": order.CustomerType,
        "due": str(order.TotalAmountDue),
        "due_date": order.DueDate.isoformat(),
        "account": line.DestinationAccount.BankAccount,
        "bank": line.DestinationAccount.BankCode,
        "partial": order.AllowPartialPayments,
        "property": order.Properties.OrderProperty[0].Value,
        "before": order.Status,
        "after": after.Status,
        "left": str(after.TotalAmountDue),
        "fault": fault,
    }


if __name__ == "__main__":
    json.dump(main(*sys.argv[1:]), sys.stdout)
