-- Publishers whom the operator trusts, what they published, what is stopped; what municipalities approved, and what was installed when.
CREATE TABLE publishers (
  name TEXT PRIMARY KEY,
  keyring TEXT NOT NULL,
  trusted_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE components (
  digest TEXT PRIMARY KEY,
  bytes BLOB NOT NULL
);
CREATE TABLE packages (
  manifest TEXT PRIMARY KEY,
  component TEXT NOT NULL REFERENCES components (digest),
  module TEXT NOT NULL,
  version TEXT NOT NULL,
  manifest_bytes BLOB NOT NULL,
  config_bytes BLOB NOT NULL,
  admitted_at INTEGER NOT NULL
);
CREATE TABLE package_signatures (
  manifest TEXT NOT NULL REFERENCES packages (manifest),
  digest TEXT NOT NULL,
  publisher TEXT NOT NULL,
  envelope TEXT NOT NULL,
  sbom TEXT,
  admitted_at INTEGER NOT NULL,
  PRIMARY KEY (manifest, digest)
) WITHOUT ROWID;
CREATE TABLE stops (
  what TEXT PRIMARY KEY,
  body TEXT NOT NULL,
  at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE approvals (
  tenant BLOB NOT NULL,
  id BLOB NOT NULL,
  module TEXT NOT NULL,
  manifest TEXT NOT NULL,
  standing TEXT NOT NULL,
  body TEXT NOT NULL,
  sealed TEXT NOT NULL,
  drawn_up_by BLOB,
  signing BLOB,
  at INTEGER NOT NULL,
  PRIMARY KEY (tenant, id)
) WITHOUT ROWID;
CREATE TABLE install_turns (
  tenant BLOB NOT NULL,
  module TEXT NOT NULL,
  place INTEGER NOT NULL,
  kind TEXT NOT NULL,
  version TEXT NOT NULL,
  digest TEXT NOT NULL,
  manifest TEXT NOT NULL,
  approval BLOB NOT NULL,
  at INTEGER NOT NULL,
  by_whom BLOB,
  PRIMARY KEY (tenant, module, place)
) WITHOUT ROWID;
ALTER TABLE installed ADD COLUMN manifest TEXT;
ALTER TABLE installed ADD COLUMN approval BLOB;
