//! Publishers, packages, what is stopped, what municipalities approved, and what was installed when.

use crate::committer::HOST;
use crate::db::{Row, Tx, json, params};
use crate::fault::Fault;
use crate::shared::{Storage, write};
use crate::{changes, modules};
use async_trait::async_trait;
use std::collections::HashMap;
use uuid::Uuid;
use vatra_core::audit::AuditEntry;
use vatra_core::clock::Instant;
use vatra_core::digest::Digest;
use vatra_core::ids::{ApprovalId, Name, SigningId, SubjectId, TenantId};
use vatra_core::packages::{
    Application, ApprovalStanding, HeldPackage, InstallStore, PackageStore, Papers, Signature, Stop, StoredApproval, TrustedPublisher,
    Turn, TurnKind,
};
use vatra_core::store::StoreError;

const PAPERS: &str =
    "SELECT manifest, component, module, version, manifest_bytes, config_bytes, admitted_at FROM packages WHERE manifest = ?";
const SIGNATURES: &str =
    "SELECT publisher, envelope, sbom, admitted_at FROM package_signatures WHERE manifest = ? ORDER BY admitted_at, publisher, digest";
const APPROVALS: &str = "SELECT id, module, manifest, standing, body, sealed, drawn_up_by, signing, at FROM approvals WHERE tenant = ?";
const TURNS: &str = "SELECT module, kind, version, digest, manifest, approval, at, by_whom FROM install_turns WHERE tenant = ?";

/// A digest as it was written.
pub(crate) fn digest(text: &str) -> Result<Digest, Fault> {
    text.parse().map_err(|_| Fault::corrupt("a digest"))
}

fn papers(row: &Row, signatures: &[Row]) -> Result<Papers, Fault> {
    let signature =
        |row: &Row| Ok(Signature { publisher: row.name(0)?, envelope: row.get(1)?, sbom: row.get(2)?, admitted_at: Instant(row.get(3)?) });
    Ok(Papers {
        manifest: digest(&row.get::<String>(0)?)?,
        component: digest(&row.get::<String>(1)?)?,
        module: row.name(2)?,
        version: row.get(3)?,
        manifest_bytes: row.get(4)?,
        config_bytes: row.get(5)?,
        admitted_at: Instant(row.get(6)?),
        signatures: signatures.iter().map(signature).collect::<Result<_, Fault>>()?,
    })
}

fn approval(row: &Row) -> Result<StoredApproval, Fault> {
    Ok(StoredApproval {
        id: ApprovalId(row.get(0)?),
        module: row.name(1)?,
        manifest: digest(&row.get::<String>(2)?)?,
        standing: ApprovalStanding::from_code(&row.get::<String>(3)?).ok_or_else(|| Fault::corrupt("the standing of an approval"))?,
        text: row.get(4)?,
        sealed: row.get(5)?,
        drawn_up_by: row.get::<Option<Uuid>>(6)?.map(SubjectId),
        signing: row.get::<Option<Uuid>>(7)?.map(SigningId),
        at: Instant(row.get(8)?),
    })
}

fn turn(row: &Row) -> Result<Turn, Fault> {
    Ok(Turn {
        module: row.name(0)?,
        kind: TurnKind::from_code(&row.get::<String>(1)?).ok_or_else(|| Fault::corrupt("a turn of a module"))?,
        version: row.get(2)?,
        digest: row.get(3)?,
        manifest: digest(&row.get::<String>(4)?)?,
        approval: ApprovalId(row.get(5)?),
        at: Instant(row.get(6)?),
        by: row.get::<Option<Uuid>>(7)?.map(SubjectId),
    })
}

async fn put_turn(tx: &mut Tx, tenant: TenantId, turn: &Turn) -> Result<(), Fault> {
    let sql = "INSERT INTO install_turns (tenant, module, place, kind, version, digest, manifest, approval, at, by_whom) \
         SELECT ?, ?, COALESCE(MAX(place), 0) + 1, ?, ?, ?, ?, ?, ?, ? FROM install_turns WHERE tenant = ? AND module = ?";
    let (module, by) = (turn.module.as_str(), turn.by.map(|id| id.0));
    let (version, digest, manifest) = (turn.version.as_str(), turn.digest.as_str(), turn.manifest.to_string());
    let values = params![tenant.0, module, turn.kind.code(), version, digest, manifest, turn.approval.0, turn.at.0, by, tenant.0, module];
    tx.execute(sql, values).await?;
    Ok(())
}

/// Whatever a statement over the host's own tables changes, hosts are told of when it changed something.
async fn tell(tx: &mut Tx, changed: u64) -> Result<bool, Fault> {
    if changed > 0 {
        changes::announce_trust(tx).await?;
    }
    Ok(changed > 0)
}

#[async_trait]
impl PackageStore for Storage {
    async fn publishers(&self) -> Result<Vec<TrustedPublisher>, StoreError> {
        let rows = self.shared.pools.read_once("SELECT name, keyring, trusted_at FROM publishers ORDER BY name", vec![]).await?;
        let each =
            |row: &Row| Ok::<_, Fault>(TrustedPublisher { name: row.name(0)?, keyring: row.get(1)?, trusted_at: Instant(row.get(2)?) });
        Ok(rows.iter().map(each).collect::<Result<_, _>>()?)
    }
    async fn put_publisher(&self, publisher: &TrustedPublisher) -> Result<(), StoreError> {
        let publisher = publisher.clone();
        write!(self, HOST, [publisher], tx, {
            let sql = "INSERT INTO publishers (name, keyring, trusted_at) VALUES (?, ?, ?) \
                 ON CONFLICT (name) DO UPDATE SET keyring = EXCLUDED.keyring";
            let values = params![publisher.name.as_str(), publisher.keyring.as_str(), publisher.trusted_at.0];
            let changed = tx.execute(sql, values).await?;
            tell(tx, changed).await?;
            Ok(((), vec![]))
        })
    }
    async fn drop_publisher(&self, name: &Name) -> Result<bool, StoreError> {
        let name = name.clone();
        write!(self, HOST, [name], tx, {
            let changed = tx.execute("DELETE FROM publishers WHERE name = ?", params![name.as_str()]).await?;
            Ok((tell(tx, changed).await?, vec![]))
        })
    }
    async fn keep_package(&self, papers: &Papers, component: &[u8]) -> Result<(), StoreError> {
        let (papers, component) = (papers.clone(), component.to_vec());
        write!(self, HOST, [papers, component], tx, {
            let Papers { manifest, component: digest, module, version, manifest_bytes, config_bytes, admitted_at, signatures } = papers;
            let (manifest, digest) = (manifest.to_string(), digest.to_string());
            let sql = "INSERT INTO components (digest, bytes) VALUES (?, ?) ON CONFLICT (digest) DO NOTHING";
            tx.execute(sql, params![digest.as_str(), component]).await?;
            let sql = "INSERT INTO packages (manifest, component, module, version, manifest_bytes, config_bytes, admitted_at) \
                 VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (manifest) DO NOTHING";
            let values = params![manifest.as_str(), digest, module.as_str(), version, manifest_bytes, config_bytes, admitted_at.0];
            tx.execute(sql, values).await?;
            for Signature { publisher, envelope, sbom, admitted_at } in signatures {
                let sql = "INSERT INTO package_signatures (manifest, digest, publisher, envelope, sbom, admitted_at) VALUES (?, ?, ?, ?, ?, ?) \
                     ON CONFLICT (manifest, digest) DO NOTHING";
                let digest = Digest::of(envelope.as_bytes()).to_string();
                tx.execute(sql, params![manifest.as_str(), digest, publisher.as_str(), envelope, sbom, admitted_at.0]).await?;
            }
            Ok(((), vec![]))
        })
    }
    async fn packages(&self) -> Result<Vec<HeldPackage>, StoreError> {
        let sql = "SELECT manifest, component, module, version, admitted_at FROM packages ORDER BY admitted_at DESC, manifest";
        let (mut tx, rows) = self.shared.pools.read(sql, vec![]).await?;
        let signed = tx.rows("SELECT DISTINCT manifest, publisher FROM package_signatures ORDER BY manifest, publisher", vec![]).await;
        tx.rollback().await;
        let mut publishers: HashMap<String, Vec<Name>> = HashMap::new();
        for row in signed? {
            publishers.entry(row.get(0)?).or_default().push(row.name(1)?);
        }
        let mut each = |row: &Row| {
            let manifest: String = row.get(0)?;
            Ok::<_, Fault>(HeldPackage {
                publishers: publishers.remove(&manifest).unwrap_or_default(),
                manifest: digest(&manifest)?,
                component: digest(&row.get::<String>(1)?)?,
                module: row.name(2)?,
                version: row.get(3)?,
                admitted_at: Instant(row.get(4)?),
            })
        };
        Ok(rows.iter().map(&mut each).collect::<Result<_, _>>()?)
    }
    async fn papers(&self, manifest: &Digest) -> Result<Option<Papers>, StoreError> {
        let (mut tx, rows) = self.shared.pools.read(PAPERS, params![manifest.to_string()]).await?;
        let signatures = tx.rows(SIGNATURES, params![manifest.to_string()]).await;
        tx.rollback().await;
        let signatures = signatures?;
        Ok(rows.first().map(|row| papers(row, &signatures)).transpose()?)
    }
    async fn component(&self, component: &Digest) -> Result<Option<Vec<u8>>, StoreError> {
        let rows = self.shared.pools.read_once("SELECT bytes FROM components WHERE digest = ?", params![component.to_string()]).await?;
        Ok(rows.first().map(|row| row.get(0)).transpose()?)
    }
    async fn stops(&self) -> Result<Vec<Stop>, StoreError> {
        let rows = self.shared.pools.read_once("SELECT body FROM stops ORDER BY at, what", vec![]).await?;
        Ok(rows.iter().map(|row| row.json(0)).collect::<Result<_, _>>()?)
    }
    async fn put_stop(&self, stop: &Stop) -> Result<bool, StoreError> {
        let stop = stop.clone();
        write!(self, HOST, [stop], tx, {
            let sql = "INSERT INTO stops (what, body, at) VALUES (?, ?, ?) ON CONFLICT (what) DO NOTHING";
            let changed = tx.execute(sql, params![stop.what.key(), json(&stop)?, stop.at.0]).await?;
            Ok((tell(tx, changed).await?, vec![]))
        })
    }
    async fn lift_stop(&self, key: &str) -> Result<bool, StoreError> {
        let key = key.to_owned();
        write!(self, HOST, [key], tx, {
            let changed = tx.execute("DELETE FROM stops WHERE what = ?", params![key]).await?;
            Ok((tell(tx, changed).await?, vec![]))
        })
    }
}

#[async_trait]
impl InstallStore for Storage {
    async fn approvals(&self, tenant: TenantId, module: Option<&Name>) -> Result<Vec<StoredApproval>, StoreError> {
        let rows = match module {
            Some(module) => {
                let sql = format!("{APPROVALS} AND module = ? ORDER BY id");
                self.shared.pools.read_once(&sql, params![tenant.0, module.as_str()]).await?
            }
            None => self.shared.pools.read_once(&format!("{APPROVALS} ORDER BY id"), params![tenant.0]).await?,
        };
        Ok(rows.iter().map(approval).collect::<Result<_, _>>()?)
    }
    async fn approval(&self, tenant: TenantId, id: ApprovalId) -> Result<Option<StoredApproval>, StoreError> {
        let rows = self.shared.pools.read_once(&format!("{APPROVALS} AND id = ?"), params![tenant.0, id.0]).await?;
        Ok(rows.first().map(approval).transpose()?)
    }
    async fn propose(&self, tenant: TenantId, approval: &StoredApproval, audit: AuditEntry) -> Result<(), StoreError> {
        let approval = approval.clone();
        write!(self, tenant, [approval, audit], tx, {
            let sql = "UPDATE approvals SET standing = 'dropped' WHERE tenant = ? AND module = ? AND standing = 'proposed'";
            tx.execute(sql, params![tenant.0, approval.module.as_str()]).await?;
            let sql = "INSERT INTO approvals (tenant, id, module, manifest, standing, body, sealed, drawn_up_by, signing, at) \
                 VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
            let (module, standing) = (approval.module.as_str(), approval.standing.code());
            let (by, signing) = (approval.drawn_up_by.map(|id| id.0), approval.signing.map(|id| id.0));
            let manifest = approval.manifest.to_string();
            let values =
                params![tenant.0, approval.id.0, module, manifest, standing, approval.text, approval.sealed, by, signing, approval.at.0];
            tx.execute(sql, values).await?;
            Ok(((), vec![audit]))
        })
    }
    async fn drop_proposal(&self, tenant: TenantId, id: ApprovalId, audit: AuditEntry) -> Result<bool, StoreError> {
        write!(self, tenant, [audit], tx, {
            let sql = "UPDATE approvals SET standing = 'dropped' WHERE tenant = ? AND id = ? AND standing = 'proposed'";
            let changed = tx.execute(sql, params![tenant.0, id.0]).await?;
            Ok((changed > 0, if changed > 0 { vec![audit] } else { vec![] }))
        })
    }
    async fn apply(&self, tenant: TenantId, application: &Application, audit: AuditEntry) -> Result<(), StoreError> {
        let application = application.clone();
        write!(self, tenant, [application, audit], tx, {
            let Application { installed, instead_of, grants, approves, turn } = application;
            let module = installed.module.clone();
            let sql = "SELECT digest FROM installed WHERE tenant = ? AND module = ?";
            let before = tx.row(sql, params![tenant.0, module.as_str()]).await?.map(|row| row.get::<String>(0)).transpose()?;
            if before != instead_of {
                return Err(StoreError::Exists(format!("another version of {module}")).into());
            }
            let missing = || Fault::from(StoreError::Missing("the approval".to_owned()));
            let on = installed.rests_on.as_ref().ok_or_else(missing)?;
            let (approval, manifest) = (on.approval.0, on.manifest.to_string());
            if approves {
                let sql = "UPDATE approvals SET standing = 'approved', sealed = ? \
                     WHERE tenant = ? AND id = ? AND module = ? AND manifest = ? AND standing = 'proposed'";
                if tx.execute(sql, params![on.sealed.as_str(), tenant.0, approval, module.as_str(), manifest]).await? == 0 {
                    return Err(missing());
                }
            } else {
                // The manifest may be a later one: the approval says whether those come by themselves.
                let sql = "SELECT 1 FROM approvals WHERE tenant = ? AND id = ? AND module = ? AND standing = 'approved'";
                tx.row(sql, params![tenant.0, approval, module.as_str()]).await?.ok_or_else(missing)?;
            }
            tx.execute("DELETE FROM grants WHERE tenant = ? AND module = ?", params![tenant.0, module.as_str()]).await?;
            for grant in &grants {
                modules::write_grant(tx, tenant, &module, grant).await?;
            }
            put_turn(tx, tenant, &turn).await?;
            Ok((modules::put_installed(tx, tenant, &installed).await?, vec![audit]))
        })
    }
    async fn remove_installed(&self, tenant: TenantId, turn: &Turn, audit: AuditEntry) -> Result<bool, StoreError> {
        let turn = turn.clone();
        write!(self, tenant, [turn, audit], tx, {
            let module = turn.module.as_str();
            if tx.execute("DELETE FROM installed WHERE tenant = ? AND module = ?", params![tenant.0, module]).await? == 0 {
                return Ok((false, vec![]));
            }
            tx.execute("DELETE FROM grants WHERE tenant = ? AND module = ?", params![tenant.0, module]).await?;
            put_turn(tx, tenant, &turn).await?;
            changes::announce(tx, tenant, &turn.module).await?;
            Ok((true, vec![audit]))
        })
    }
    async fn turns(&self, tenant: TenantId, module: Option<&Name>) -> Result<Vec<Turn>, StoreError> {
        let rows = match module {
            Some(module) => {
                let sql = format!("{TURNS} AND module = ? ORDER BY place");
                self.shared.pools.read_once(&sql, params![tenant.0, module.as_str()]).await?
            }
            None => self.shared.pools.read_once(&format!("{TURNS} ORDER BY at, module, place"), params![tenant.0]).await?,
        };
        Ok(rows.iter().map(turn).collect::<Result<_, _>>()?)
    }
}
