-- People and companies as one municipality knows them, its officials, modules and grants.
CREATE TABLE subjects (
  tenant BLOB NOT NULL,
  id BLOB NOT NULL,
  company BOOLEAN NOT NULL,
  idn TEXT,
  name TEXT NOT NULL,
  merged_into BLOB,
  PRIMARY KEY (tenant, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX subjects_idn ON subjects (tenant, idn) WHERE idn IS NOT NULL;

CREATE TABLE officials (
  tenant BLOB NOT NULL,
  handle TEXT NOT NULL,
  person BLOB NOT NULL,
  roles TEXT NOT NULL,
  PRIMARY KEY (tenant, handle)
) WITHOUT ROWID;

CREATE TABLE installed (
  tenant BLOB NOT NULL,
  module TEXT NOT NULL,
  digest TEXT NOT NULL,
  version TEXT NOT NULL,
  disabled_at INTEGER,
  installed_at INTEGER NOT NULL,
  PRIMARY KEY (tenant, module)
) WITHOUT ROWID;

CREATE TABLE grants (
  tenant BLOB NOT NULL,
  module TEXT NOT NULL,
  capability TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (tenant, module, capability)
) WITHOUT ROWID;
