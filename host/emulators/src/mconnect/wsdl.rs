//! A data contract's WSDL 1.1, made from its entry in the catalogue: document/literal, with the Calling headers.

use super::Emulator;
use super::shape::Shape;
use crate::web::Pairs;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use vatra_core::catalogue::{DataSet, Kind};
use vatra_xmlsec::xml::Writer;

const WSDL: &str = "http://schemas.xmlsoap.org/wsdl/";
const SOAP: &str = "http://schemas.xmlsoap.org/wsdl/soap/";
const XSD: &str = "http://www.w3.org/2001/XMLSchema";
const HTTP: &str = "http://schemas.xmlsoap.org/soap/http";
const CALLING: &str = "https://mconnect.gov.md";
const HEADERS: [(&str, &str); 4] = [("CallingUser", "13"), ("CallingEntity", "13"), ("CallBasis", "256"), ("CallReason", "512")];

pub(super) async fn describe(State(emulator): State<Emulator>, at: usize, Query(query): Query<Pairs>, headers: HeaderMap) -> Response {
    let Some(set) = emulator.inner.catalogue.sets().get(at) else { return StatusCode::NOT_FOUND.into_response() };
    let asked = query.first().is_some_and(|(name, _)| name.eq_ignore_ascii_case("wsdl") || name.eq_ignore_ascii_case("singleWsdl"));
    if !asked {
        return (StatusCode::METHOD_NOT_ALLOWED, "The contract is at ?wsdl; questions are posted.").into_response();
    }
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
    let text = wsdl(set, &format!("https://{host}/mconnect{}", set.contract.path));
    (StatusCode::OK, [(header::CONTENT_TYPE, "text/xml; charset=utf-8")], text).into_response()
}

fn xsd(kind: Kind) -> &'static str {
    match kind {
        Kind::Text | Kind::Cadastral | Kind::Idn => "xs:string",
        Kind::Date => "xs:date",
        Kind::Integer => "xs:integer",
        Kind::Decimal | Kind::Money => "xs:decimal",
        Kind::Flag => "xs:boolean",
    }
}

fn inside(out: &mut Writer, shape: &Shape) {
    out.start_element("xs:complexType", &[]);
    out.start_element("xs:sequence", &[]);
    for (name, part) in &shape.inside {
        let most = if part.many { "unbounded" } else { "1" };
        match part.kind {
            Some(kind) => out.empty_element("xs:element", &[("name", name), ("type", xsd(kind)), ("minOccurs", "0"), ("maxOccurs", most)]),
            None => {
                out.start_element("xs:element", &[("name", name), ("minOccurs", "0"), ("maxOccurs", most)]);
                inside(out, part);
                out.end_element("xs:element");
            }
        }
    }
    out.end_element("xs:sequence");
    out.end_element("xs:complexType");
}

fn element(out: &mut Writer, name: &str, shape: &Shape) {
    out.start_element("xs:element", &[("name", name)]);
    inside(out, shape);
    out.end_element("xs:element");
}

fn wsdl(set: &DataSet, address: &str) -> String {
    let contract = &set.contract;
    let (question, answer) = (Shape::question(set), Shape::answer(set));
    let name = contract.operation.as_str();
    let mut out = Writer::new();
    let spaces = [("xmlns", WSDL), ("xmlns:soap", SOAP), ("xmlns:xs", XSD), ("xmlns:c", CALLING), ("xmlns:t", &contract.namespace)];
    let mut attributes = vec![("name", name), ("targetNamespace", contract.namespace.as_str())];
    attributes.extend(spaces);
    out.start_element("definitions", &attributes);
    out.start_element("types", &[]);
    out.start_element("xs:schema", &[("targetNamespace", CALLING), ("elementFormDefault", "qualified")]);
    for (header, most) in HEADERS {
        out.start_element("xs:element", &[("name", header)]);
        out.start_element("xs:simpleType", &[]);
        out.start_element("xs:restriction", &[("base", "xs:string")]);
        out.empty_element("xs:minLength", &[("value", "1")]);
        out.empty_element("xs:maxLength", &[("value", most)]);
        out.end_element("xs:restriction");
        out.end_element("xs:simpleType");
        out.end_element("xs:element");
    }
    out.end_element("xs:schema");
    out.start_element("xs:schema", &[("targetNamespace", &contract.namespace), ("elementFormDefault", "qualified")]);
    element(&mut out, name, &question);
    element(&mut out, &contract.answer, &answer);
    out.end_element("xs:schema");
    out.end_element("types");
    for (message, part) in [("Question", name), ("Answer", contract.answer.as_str())] {
        out.start_element("message", &[("name", message)]);
        out.empty_element("part", &[("name", "parameters"), ("element", &format!("t:{part}"))]);
        out.end_element("message");
    }
    out.start_element("message", &[("name", "Calling")]);
    for (header, _) in HEADERS {
        out.empty_element("part", &[("name", header), ("element", &format!("c:{header}"))]);
    }
    out.end_element("message");
    out.start_element("portType", &[("name", "Data")]);
    out.start_element("operation", &[("name", name)]);
    out.empty_element("input", &[("message", "t:Question")]);
    out.empty_element("output", &[("message", "t:Answer")]);
    out.end_element("operation");
    out.end_element("portType");
    out.start_element("binding", &[("name", "DataSoap"), ("type", "t:Data")]);
    out.empty_element("soap:binding", &[("style", "document"), ("transport", HTTP)]);
    out.start_element("operation", &[("name", name)]);
    out.empty_element("soap:operation", &[("soapAction", &contract.action)]);
    out.start_element("input", &[]);
    for (header, _) in HEADERS {
        out.empty_element("soap:header", &[("message", "t:Calling"), ("part", header), ("use", "literal")]);
    }
    out.empty_element("soap:body", &[("use", "literal")]);
    out.end_element("input");
    out.start_element("output", &[]);
    out.empty_element("soap:body", &[("use", "literal")]);
    out.end_element("output");
    out.end_element("operation");
    out.end_element("binding");
    out.start_element("service", &[("name", name)]);
    out.start_element("port", &[("name", "Data"), ("binding", "t:DataSoap")]);
    out.empty_element("soap:address", &[("location", address)]);
    out.end_element("port");
    out.end_element("service");
    out.end_element("definitions");
    out.into_string()
}
