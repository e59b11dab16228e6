//! Messages of the shapes that the services publish (the agency's guides for MPay and MPass, and its own signing program), signed by `xmlsec1`
//! with keys of our own: they are accepted.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail")]

mod common;

use common::{ACS, IDP, PERSON, REQUEST, SP, accept, policy, read_with, swap};
use vatra_xmlsec::names::{BASE64_BINARY, DS, SAML, SAMLP, SOAP, WSSE, WSU, X509_SKI_MPAY, X509V3};
use vatra_xmlsec::wss::Rules;
use vatra_xmlsec::{Accepts, Memory, Policy, Refusal};

const METHODS: [(&str, &str); 2] = [
    ("http://www.w3.org/2000/09/xmldsig#rsa-sha1", "http://www.w3.org/2000/09/xmldsig#sha1"),
    ("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", "http://www.w3.org/2001/04/xmlenc#sha256"),
];

fn open(message: &str) -> Result<String, Refusal> {
    let policy = Policy { accepts: Accepts::Sha1Too, ..policy() };
    read_with(message, &policy, &Rules::default(), &Memory::default()).map(|(order, _)| order)
}

fn certificate() -> String {
    common::PARTNER.certificate_pem.lines().filter(|line| !line.starts_with('-')).collect()
}

/// MPay asks for an order: the token, the signature, then the time; prefixes of inclusive C14N; nothing signed but Body and Timestamp.
fn asked(signature: &str, digest: &str) -> String {
    let certificate = certificate();
    format!(
        r##"<soapenv:Envelope xmlns:mpay="https://mpay.gov.md"
xmlns:soapenv="{SOAP}">
<soapenv:Header>
<wsse:Security soapenv:mustUnderstand="1" xmlns:wsse="{WSSE}"
xmlns:wsu="{WSU}">
<wsse:BinarySecurityToken EncodingType="{BASE64_BINARY}"
ValueType="{X509V3}" wsu:Id="X509-1">{certificate}</wsse:BinarySecurityToken>
<ds:Signature Id="SIG-1"
xmlns:ds="{DS}">
<ds:SignedInfo>
<ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#">
<ec:InclusiveNamespaces PrefixList="mpay soapenv"
xmlns:ec="http://www.w3.org/2001/10/xml-exc-c14n#"/>
</ds:CanonicalizationMethod>
<ds:SignatureMethod Algorithm="{signature}"/>
<ds:Reference URI="#TS-1">
<ds:Transforms>
<ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#">
<ec:InclusiveNamespaces PrefixList="wsse mpay soapenv"
xmlns:ec="http://www.w3.org/2001/10/xml-exc-c14n#"/>
</ds:Transform>
</ds:Transforms>
<ds:DigestMethod Algorithm="{digest}"/>
<ds:DigestValue/>
</ds:Reference>
<ds:Reference URI="#id-1">
<ds:Transforms>
<ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#">
<ec:InclusiveNamespaces PrefixList="mpay"
xmlns:ec="http://www.w3.org/2001/10/xml-exc-c14n#"/>
</ds:Transform>
</ds:Transforms>
<ds:DigestMethod Algorithm="{digest}"/>
<ds:DigestValue/>
</ds:Reference>
</ds:SignedInfo>
<ds:SignatureValue/>
<ds:KeyInfo Id="KI-1">
<wsse:SecurityTokenReference wsu:Id="STR-1">
<wsse:Reference URI="#X509-1"
ValueType="{X509V3}"/>
</wsse:SecurityTokenReference>
</ds:KeyInfo>
</ds:Signature>
<wsu:Timestamp wsu:Id="TS-1">
<wsu:Created>2026-11-22T08:59:31.938Z</wsu:Created>
<wsu:Expires>2026-11-22T09:00:31.938Z</wsu:Expires>
</wsu:Timestamp>
</wsse:Security>
</soapenv:Header>
<soapenv:Body wsu:Id="id-1"
xmlns:wsu="{WSU}">
<mpay:GetOrderDetails>
<mpay:query>
<mpay:OrderKey>ORDER-1</mpay:OrderKey>
<mpay:ServiceID>S-1</mpay:ServiceID>
</mpay:query>
</mpay:GetOrderDetails>
</soapenv:Body>
</soapenv:Envelope>"##
    )
}

/// The agency's signing program: `Id` without a namespace, default namespaces everywhere, moments to a tenth of a microsecond.
fn by_the_agency_s_program(signature: &str, digest: &str) -> String {
    let reference = |id: &str| {
        format!(
            r##"<Reference URI="#{id}"><Transforms><Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#" /></Transforms><DigestMethod Algorithm="{digest}" /><DigestValue></DigestValue></Reference>"##
        )
    };
    format!(
        r#"<soap:Envelope xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:soap="{SOAP}"><soap:Header><Security soap:mustUnderstand="1" xmlns="{WSSE}"><Timestamp Id="TS-1" xmlns="{WSU}"><Created>2026-11-22T08:59:59.1234567Z</Created><Expires>2026-11-22T09:14:59.1234567+00:00</Expires></Timestamp><Signature xmlns="{DS}"><SignedInfo><CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#" /><SignatureMethod Algorithm="{signature}" />{}{}</SignedInfo><SignatureValue></SignatureValue><KeyInfo><X509Data><X509Certificate>{}</X509Certificate></X509Data></KeyInfo></Signature></Security></soap:Header><soap:Body Id="MS-1"><GetOrderDetails xmlns="https://mpay.gov.md"><query><OrderKey>ORDER-1</OrderKey></query></GetOrderDetails></soap:Body></soap:Envelope>"#,
        reference("MS-1"),
        reference("TS-1"),
        certificate(),
    )
}

#[test]
fn messages_as_mpay_publishes_them_are_opened() {
    for (signature, digest) in METHODS {
        let message = common::xmlsec1::signed(&asked(signature, digest));
        assert_eq!(open(&message).as_deref(), Ok("ORDER-1"), "{signature}");
        assert_eq!(open(&swap(&message, "ORDER-1", "EVIL-1")), Err(Refusal::Digest));
        let message = common::xmlsec1::signed(&by_the_agency_s_program(signature, digest));
        assert_eq!(open(&message).as_deref(), Ok("ORDER-1"), "{signature}");
        assert_eq!(open(&swap(&message, "ORDER-1", "EVIL-1")), Err(Refusal::Digest));
    }
    // A whole path of certificates, ours not first.
    let (signature, digest) = METHODS[1];
    let other: String = common::ATTACKER.certificate_pem.lines().filter(|line| !line.starts_with('-')).collect();
    let path = format!("<X509Certificate>{other}</X509Certificate><X509Certificate>");
    let template = by_the_agency_s_program(signature, digest).replace("<X509Certificate>", &path);
    assert_eq!(open(&common::xmlsec1::signed(&template)).as_deref(), Ok("ORDER-1"));
    // A key by its identifier, under the name that the guide has for it.
    let message = common::secured_with_subject_key();
    let message = swap(&message, vatra_xmlsec::names::X509_SKI, X509_SKI_MPAY);
    assert_eq!(open(&message).as_deref(), Ok("ORDER-1"));
}

#[test]
fn an_answer_as_mpass_publishes_it_signs_in() {
    let (signature, digest) = METHODS[1];
    let answer = format!(
        r##"<samlp:Response ID="_7722d8dc-3401" InResponseTo="{REQUEST}" Version="2.0" IssueInstant="2026-11-22T08:59:48.786Z" Destination="{ACS}" Consent="urn:oasis:names:tc:SAML:2.0:consent:prior"
xmlns:samlp="{SAMLP}"
xmlns:saml="{SAML}">
  <saml:Issuer>{IDP}</saml:Issuer>
  <Signature xmlns="{DS}"><SignedInfo><CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#" /><SignatureMethod Algorithm="{signature}" /><Reference URI="#_7722d8dc-3401"><Transforms><Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature" /><Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#" /></Transforms><DigestMethod Algorithm="{digest}" /><DigestValue></DigestValue></Reference></SignedInfo><SignatureValue></SignatureValue><KeyInfo><X509Data><X509Certificate>{}</X509Certificate></X509Data></KeyInfo></Signature>
  <samlp:Status>
      <samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success" />
      <samlp:StatusMessage>OK</samlp:StatusMessage>
  </samlp:Status>
  <saml:Assertion Version="2.0" ID="_b3ef6fcb-8db0" IssueInstant="2026-11-22T08:59:48.786Z">
      <saml:Issuer>{IDP}</saml:Issuer>
      <saml:Subject>
          <saml:NameID>{PERSON}</saml:NameID>
          <saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">
              <saml:SubjectConfirmationData NotOnOrAfter="2026-11-22T09:09:48.786Z" Recipient="{ACS}" InResponseTo="{REQUEST}" />
          </saml:SubjectConfirmation>
      </saml:Subject>
      <saml:Conditions NotOnOrAfter="2026-11-22T09:09:48.786Z">
          <saml:AudienceRestriction>
              <saml:Audience>{SP}</saml:Audience>
              <saml:Audience>https://other.test</saml:Audience>
          </saml:AudienceRestriction>
      </saml:Conditions>
      <saml:AuthnStatement AuthnInstant="2026-11-22T08:38:19.703Z" SessionIndex="c5b3376a-a437" SessionNotOnOrAfter="2026-11-22T09:48:19.697Z">
          <saml:SubjectLocality Address="127.0.0.1" />
          <saml:AuthnContext>
              <saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport</saml:AuthnContextClassRef>
          </saml:AuthnContext>
      </saml:AuthnStatement>
      <saml:AttributeStatement>
          <saml:Attribute Name="FirstName">
              <saml:AttributeValue>Ștefan</saml:AttributeValue>
          </saml:Attribute>
          <saml:Attribute Name="AdministeredLegalEntity">
              <saml:AttributeValue>Fabrica de Ciorapi 1000000000001</saml:AttributeValue>
              <saml:AttributeValue>Moara 1000000000002</saml:AttributeValue>
          </saml:Attribute>
          <saml:Attribute Name="Structured">
              <saml:AttributeValue><x xmlns="urn:x">1</x></saml:AttributeValue>
          </saml:Attribute>
      </saml:AttributeStatement>
  </saml:Assertion>
</samlp:Response>"##,
        certificate(),
    );
    let signed_in = accept(&common::xmlsec1::signed(&answer)).unwrap();
    assert_eq!((signed_in.name_id.value.as_str(), signed_in.session_index.as_str()), (PERSON, "c5b3376a-a437"));
    assert_eq!(signed_in.attributes["FirstName"], ["Ștefan"]);
    assert_eq!(signed_in.attributes["AdministeredLegalEntity"].len(), 2);
    assert_eq!(signed_in.attributes["Structured"], Vec::<String>::new());
    assert!(signed_in.session_end.is_some());
}
