//! `xmlsec1`, which nobody here wrote.

use super::{CALLING, PARTNER};
use std::path::Path;
use std::process::Command;
use vatra_xmlsec::names;

/// Runs `xmlsec1` on a document; its output when it is content.
fn xmlsec1(folder: &Path, command: &str, more: &[&str], document: &str) -> Result<String, String> {
    let (input, output) = (folder.join("document.xml"), folder.join("output.xml"));
    std::fs::write(&input, document).unwrap();
    std::fs::write(folder.join("certificate.pem"), &PARTNER.certificate_pem).unwrap();
    std::fs::write(folder.join("key.pem"), &PARTNER.key_pem).unwrap();
    let mut program = Command::new("xmlsec1");
    program.arg(command).args(["--enabled-key-data", "rsa,x509"]);
    match command {
        "--sign" => program.arg("--privkey-pem").arg("key.pem,certificate.pem").arg("--output").arg(&output),
        _ => program.arg("--pubkey-cert-pem").arg("certificate.pem"),
    };
    for (attribute, element) in [
        ("ID", format!("{}:Response", names::SAMLP)),
        ("ID", format!("{}:AuthnRequest", names::SAMLP)),
        ("ID", format!("{}:LogoutRequest", names::SAMLP)),
        ("ID", format!("{}:Assertion", names::SAML)),
        ("Id", format!("{}:Body", names::SOAP)),
        ("Id", format!("{}:Timestamp", names::WSU)),
        ("Id", format!("{}:CallingUser", CALLING)),
        ("Id", format!("{}:Action", names::WSA)),
    ] {
        program.arg(format!("--id-attr:{attribute}")).arg(element);
    }
    let done = program.args(more).arg(&input).current_dir(folder).output().expect("xmlsec1 is installed (tests/setup.sh does it)");
    if done.status.success() {
        Ok(if command == "--sign" { std::fs::read_to_string(&output).unwrap() } else { String::new() })
    } else {
        Err(String::from_utf8_lossy(&done.stderr).into_owned())
    }
}

/// Whether `xmlsec1` accepts the signature, with the partner's certificate.
pub fn verifies(document: &str) -> Result<(), String> {
    let folder = tempfile::tempdir().unwrap();
    xmlsec1(folder.path(), "--verify", &[], document).map(|_| ())
}

/// The template with digests and signature made by `xmlsec1`, with the partner's key.
pub fn signed(template: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    xmlsec1(folder.path(), "--sign", &[], template).unwrap()
}
