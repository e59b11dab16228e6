//! Metadata: each side's addresses and certificates. The partner's is given by the operator, who vouches for it.

use super::issue::text;
use crate::key::Certificate;
use crate::names::{DS, MD, POST, SAMLP, UNSPECIFIED};
use crate::trust::certificate;
use crate::xml::{Element, Limits, Xml};
use crate::{Refusal, encode};
use uppsala::XmlWriter;

/// Which side someone is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Role {
    /// Asks whom it deals with.
    ServiceProvider,
    /// Knows people.
    IdentityProvider,
}

/// What we say of ourselves.
#[derive(Clone, Copy, Debug)]
pub struct Descriptor<'a> {
    /// Which side we are.
    pub role: Role,
    /// Our entity ID.
    pub entity: &'a str,
    /// Our address for answers (service provider) or requests (identity provider).
    pub address: &'a str,
    /// Our address for logout.
    pub logout: &'a str,
    /// Our certificates: the one in use, and the one to come if there is one.
    pub certificates: &'a [Certificate],
}

/// What the partner's metadata says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Partner {
    /// Its entity ID.
    pub entity: String,
    /// Its addresses for answers or requests, the usual one first.
    pub addresses: Vec<String>,
    /// Its address for logout.
    pub logout: Option<String>,
    /// Its signing certificates.
    pub certificates: Vec<Certificate>,
}

/// Our metadata as XML.
#[must_use]
pub fn describe(descriptor: &Descriptor<'_>) -> String {
    let mut out = XmlWriter::new();
    out.write_declaration();
    out.start_element("md:EntityDescriptor", &[("xmlns:md", MD), ("xmlns:ds", DS), ("entityID", descriptor.entity)]);
    let (name, flags): (_, &[(&str, &str)]) = match descriptor.role {
        Role::ServiceProvider => ("md:SPSSODescriptor", &[("AuthnRequestsSigned", "true"), ("WantAssertionsSigned", "false")]),
        Role::IdentityProvider => ("md:IDPSSODescriptor", &[("WantAuthnRequestsSigned", "true")]),
    };
    let attributes: Vec<_> = [("protocolSupportEnumeration", SAMLP)].iter().chain(flags).copied().collect();
    out.start_element(name, &attributes);
    for certificate in descriptor.certificates {
        out.start_element("md:KeyDescriptor", &[("use", "signing")]);
        out.start_element("ds:KeyInfo", &[]);
        out.start_element("ds:X509Data", &[]);
        text(&mut out, "ds:X509Certificate", &[], &encode(certificate.der()));
        out.end_element("ds:X509Data");
        out.end_element("ds:KeyInfo");
        out.end_element("md:KeyDescriptor");
    }
    out.empty_element("md:SingleLogoutService", &[("Binding", POST), ("Location", descriptor.logout)]);
    text(&mut out, "md:NameIDFormat", &[], UNSPECIFIED);
    match descriptor.role {
        Role::ServiceProvider => out.empty_element(
            "md:AssertionConsumerService",
            &[("Binding", POST), ("Location", descriptor.address), ("index", "0"), ("isDefault", "true")],
        ),
        Role::IdentityProvider => {
            out.empty_element("md:SingleSignOnService", &[("Binding", POST), ("Location", descriptor.address)]);
        }
    }
    out.end_element(name);
    out.end_element("md:EntityDescriptor");
    out.into_string()
}

/// Reads a partner's metadata.
///
/// # Errors
/// When it is not metadata of one entity in this role, or has no signing certificate or no POST address.
pub fn partner(metadata: &str, role: Role) -> Result<Partner, Refusal> {
    let xml = Xml::parse(metadata, &Limits::METADATA)?;
    let root = xml.root()?;
    if !root.is(MD, "EntityDescriptor") {
        return Err(Refusal::Missing("EntityDescriptor"));
    }
    let (name, service) = match role {
        Role::ServiceProvider => ("SPSSODescriptor", "AssertionConsumerService"),
        Role::IdentityProvider => ("IDPSSODescriptor", "SingleSignOnService"),
    };
    let entity = root.attribute("entityID").ok_or(Refusal::Missing("entityID"))?.to_owned();
    let descriptor = root.elements().find(|found| found.is(MD, name)).ok_or(Refusal::Missing(name))?;
    let mut certificates = Vec::new();
    let signing = |found: &Element<'_>| found.is(MD, "KeyDescriptor") && found.attribute("use").is_none_or(|usage| usage == "signing");
    for key in descriptor.elements().filter(signing) {
        let data = key.elements().filter(|info| info.is(DS, "KeyInfo")).flat_map(Element::elements);
        for found in data.flat_map(Element::elements).filter(|found| found.is(DS, "X509Certificate")) {
            certificates.push(certificate(&found.text("X509Certificate")?)?);
        }
    }
    if certificates.is_empty() {
        return Err(Refusal::Missing("X509Certificate"));
    }
    let mut services: Vec<_> = posts(descriptor, service);
    services.sort_by_key(|found| !matches!(found.attribute("isDefault"), Some("true" | "1")));
    let addresses: Vec<_> = services.into_iter().filter_map(location).collect();
    if addresses.is_empty() {
        return Err(Refusal::Missing(service));
    }
    let logout = posts(descriptor, "SingleLogoutService").into_iter().find_map(location);
    Ok(Partner { entity, addresses, logout, certificates })
}

fn posts<'d>(descriptor: Element<'d>, service: &str) -> Vec<Element<'d>> {
    descriptor.elements().filter(|found| found.is(MD, service) && found.attribute("Binding") == Some(POST)).collect()
}

fn location(service: Element<'_>) -> Option<String> {
    service.attribute("Location").map(str::to_owned)
}
