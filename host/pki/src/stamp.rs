//! Time stamps (RFC 3161): asking, answering, verifying.

use crate::cms::{self, Content, bare};
use crate::{Certificate, Purpose, Refusal, SignError, Trust, oid, signature};
use ::cms::content_info::ContentInfo;
use chrono::{DateTime, Utc};
use cmpv2::status::{PkiStatus, PkiStatusInfo};
use der::asn1::{GeneralizedTime, Int, OctetString};
use der::{DateTime as DerTime, Decode, Encode};
use std::time::Duration;
use vatra_xmlsec::SigningKey;
use x509_tsp::{Accuracy, MessageImprint, TimeStampReq, TimeStampResp, TspVersion, TstInfo};

const REQUEST: Refusal = Refusal::Unreadable("the request for a time stamp");
const TOKEN: Refusal = Refusal::Unreadable("the time stamp");

/// A question to a time-stamp authority.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Request {
    imprint: Vec<u8>,
    nonce: [u8; 16],
}

/// A time stamp that counts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stamp {
    /// The moment that it proves, to the second.
    pub at: DateTime<Utc>,
    /// Who says so.
    pub authority: Certificate,
}

impl Request {
    /// Asks for a stamp over these bytes; only their SHA-256 goes to the authority. `nonce`: fresh random bytes.
    ///
    /// # Errors
    /// None in practice.
    pub fn over(bytes: &[u8], nonce: [u8; 16]) -> Result<Request, Refusal> {
        Ok(Request { imprint: signature::digest(oid::SHA256, &[bytes])?, nonce })
    }

    /// The request as it goes to the authority (`application/timestamp-query`). The authority's certificate is asked for.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn to_der(&self) -> Result<Vec<u8>, SignError> {
        let failed = |_| SignError::Writing("the request for a time stamp");
        let request = TimeStampReq {
            version: TspVersion::V1,
            message_imprint: imprint(&self.imprint).map_err(failed)?,
            req_policy: None,
            nonce: Some(positive(&self.nonce).map_err(failed)?),
            cert_req: true,
            extensions: None,
        };
        request.to_der().map_err(failed)
    }

    /// Takes the token out of the authority's answer (`application/timestamp-reply`), if it is one to this question.
    ///
    /// # Errors
    /// [`Refusal::StampNotGranted`], [`Refusal::StampOfAnother`], [`Refusal::Unreadable`], or that the token is not signed as it says.
    pub fn accept(&self, answer: &[u8]) -> Result<Vec<u8>, Refusal> {
        let answer = TimeStampResp::from_der(answer).map_err(|_| TOKEN)?;
        if !matches!(answer.status.status, PkiStatus::Accepted | PkiStatus::GrantedWithMods) {
            return Err(Refusal::StampNotGranted);
        }
        let token = answer.time_stamp_token.ok_or(Refusal::StampNotGranted)?.to_der().map_err(|_| TOKEN)?;
        let (info, _) = read(&token)?;
        if info.message_imprint.hashed_message.as_bytes() != self.imprint || info.message_imprint.hash_algorithm.oid != oid::SHA256 {
            return Err(Refusal::StampOfAnother);
        }
        if info.nonce != Some(positive(&self.nonce).map_err(|_| TOKEN)?) {
            return Err(Refusal::StampNotGranted);
        }
        Ok(token)
    }
}

/// Verifies a token over these bytes. The authority's certificate must have been valid when it stamped.
///
/// # Errors
/// Why the stamp does not count, as [`Refusal::Stamp`] when it is the token's own signature or certificate.
pub fn verify(token: &[u8], bytes: &[u8], trust: &Trust, now: DateTime<Utc>) -> Result<Stamp, Refusal> {
    verify_parts(token, &[bytes], trust, now)
}

pub(crate) fn verify_parts(token: &[u8], parts: &[&[u8]], trust: &Trust, now: DateTime<Utc>) -> Result<Stamp, Refusal> {
    let inside = |refusal| Refusal::Stamp(Box::new(refusal));
    let (info, checked) = read(token).map_err(inside)?;
    let imprint = &info.message_imprint;
    if signature::digest(imprint.hash_algorithm.oid, parts).map_err(inside)? != imprint.hashed_message.as_bytes() {
        return Err(Refusal::StampOfAnother);
    }
    let seconds = i64::try_from(info.gen_time.to_unix_duration().as_secs()).map_err(|_| TOKEN)?;
    let at = DateTime::from_timestamp(seconds, 0).ok_or(TOKEN)?;
    if at > now {
        return Err(Refusal::StampInFuture);
    }
    trust.check(&checked.signer, Purpose::TimeStamps, &checked.given, &checked.lists, at, now).map_err(inside)?;
    Ok(Stamp { at, authority: checked.signer })
}

fn read(token: &[u8]) -> Result<(TstInfo, cms::Checked), Refusal> {
    let checked = cms::verify(token, oid::TST_INFO, None)?;
    let info = TstInfo::from_der(checked.content.as_deref().unwrap_or_default()).map_err(|_| TOKEN)?;
    if info.extensions.iter().flatten().any(|extension| extension.critical) {
        return Err(TOKEN);
    }
    Ok((info, checked))
}

/// The authority's side: the emulator's.
#[derive(Debug)]
pub struct Authority {
    /// Its key; the certificate is for time stamps only.
    pub key: SigningKey,
    /// The authorities above it.
    pub chain: Vec<Certificate>,
}

impl Authority {
    /// Answers a request: the stamp of this moment with this serial number (unique at this authority), or a refusal in the protocol's own words.
    ///
    /// # Errors
    /// When the request cannot be read or the answer not be written.
    pub fn answer(&self, request: &[u8], serial: [u8; 16], moment: DateTime<Utc>) -> Result<Vec<u8>, SignError> {
        const FAILED: SignError = SignError::Writing("the time stamp");
        let failed = |_: der::Error| FAILED;
        let asked = TimeStampReq::from_der(request).map_err(|_| REQUEST)?;
        let known = [(oid::SHA256, 32), (oid::SHA384, 48), (oid::SHA512, 64)];
        let imprint = (asked.message_imprint.hash_algorithm.oid, asked.message_imprint.hashed_message.as_bytes().len());
        let policy = asked.req_policy.is_none_or(|policy| policy == oid::TSA_POLICY);
        if !known.contains(&imprint) || !policy || asked.extensions.is_some() {
            let status = PkiStatusInfo { status: PkiStatus::Rejection, status_string: None, fail_info: None };
            return TimeStampResp { status, time_stamp_token: None }.to_der().map_err(failed);
        }
        let seconds = u64::try_from(moment.timestamp()).map_err(|_| FAILED)?;
        let gen_time = DerTime::from_unix_duration(Duration::from_secs(seconds)).map_err(failed)?;
        let info = TstInfo {
            version: TspVersion::V1,
            policy: oid::TSA_POLICY,
            message_imprint: asked.message_imprint,
            serial_number: positive(&serial).map_err(failed)?,
            gen_time: GeneralizedTime::from_date_time(gen_time),
            accuracy: Some(Accuracy { seconds: Some(1), millis: None, micros: None }),
            ordering: false,
            nonce: asked.nonce,
            tsa: None,
            extensions: None,
        };
        let signed = cms::sign(&Content::StampInfo(&info.to_der().map_err(failed)?), &self.key, &self.chain)?;
        let token = ContentInfo::from_der(&signed.to_der()?).map_err(failed)?;
        let status = PkiStatusInfo { status: PkiStatus::Accepted, status_string: None, fail_info: None };
        TimeStampResp { status, time_stamp_token: Some(token) }.to_der().map_err(failed)
    }
}

fn imprint(digest: &[u8]) -> der::Result<MessageImprint> {
    Ok(MessageImprint { hash_algorithm: bare(oid::SHA256), hashed_message: OctetString::new(digest)? })
}

/// Random bytes as a positive number in DER.
fn positive(bytes: &[u8; 16]) -> der::Result<Int> {
    let mut bytes = *bytes;
    if let Some(first) = bytes.first_mut() {
        *first = (*first & 0x7f) | 0x40;
    }
    Int::new(&bytes)
}
