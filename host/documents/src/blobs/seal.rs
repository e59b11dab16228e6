//! How a blob lies on the disk: a mark, a random nonce, then AES-256-GCM under the municipality's key. The municipality and the address
//! are authenticated with it, so that a file put in another's place does not open.

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use aws_lc_rs::hmac;
use vatra_core::blobs::{Address, BlobError};
use vatra_core::ids::TenantId;
use vatra_core::seal::MasterKey;

/// Says how the rest is to be read, for a later version.
const MARK: &[u8; 8] = b"vatra-1\0";
/// The authenticator's length.
const TAG: usize = 16;
/// By how much a file is longer than what is in it.
pub(super) const OVERHEAD: usize = MARK.len() + NONCE_LEN + TAG;

/// HMAC-SHA256 of the content under a key of the municipality's own.
pub(super) fn address(master: &MasterKey, tenant: TenantId, content: &[u8]) -> Address {
    let key = hmac::Key::new(hmac::HMAC_SHA256, &master.derive(&[b"vatra blob address v1", tenant.0.as_bytes()]));
    let mut address = [0; 32];
    address.copy_from_slice(hmac::sign(&key, content).as_ref());
    Address(address)
}

fn key(master: &MasterKey, tenant: TenantId) -> Result<RandomizedNonceKey, BlobError> {
    let key = master.derive(&[b"vatra blob content v1", tenant.0.as_bytes()]);
    RandomizedNonceKey::new(&AES_256_GCM, &key).map_err(|_| BlobError::Storage("no key".to_owned()))
}

fn bound_to(tenant: TenantId, address: Address) -> Aad<Vec<u8>> {
    Aad::from([MARK.as_slice(), tenant.0.as_bytes(), &address.0].concat())
}

/// Encrypts what is kept at this address.
pub(super) fn close(master: &MasterKey, tenant: TenantId, address: Address, mut content: Vec<u8>) -> Result<Vec<u8>, BlobError> {
    let nonce = key(master, tenant)?.seal_in_place_append_tag(bound_to(tenant, address), &mut content);
    let nonce = nonce.map_err(|_| BlobError::Storage("encryption failed".to_owned()))?;
    Ok([MARK.as_slice(), nonce.as_ref(), &content].concat())
}

/// Decrypts it, and checks that it is what the address says.
pub(super) fn open(master: &MasterKey, tenant: TenantId, address: Address, sealed: Vec<u8>) -> Result<Vec<u8>, BlobError> {
    let damaged = || BlobError::Damaged(address);
    let rest = sealed.strip_prefix(MARK).ok_or_else(damaged)?;
    let (nonce, content) = rest.split_first_chunk::<NONCE_LEN>().ok_or_else(damaged)?;
    let mut content = content.to_vec();
    let opened = key(master, tenant)?.open_in_place(Nonce::assume_unique_for_key(*nonce), bound_to(tenant, address), &mut content);
    let length = opened.map_err(|_| damaged())?.len();
    content.truncate(length);
    Some(content).filter(|content| self::address(master, tenant, content) == address).ok_or_else(damaged)
}
