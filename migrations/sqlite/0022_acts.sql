-- Acts that are published on the municipality's page.
CREATE TABLE acts (
  tenant BLOB NOT NULL,
  document BLOB NOT NULL,
  public_version BLOB,
  module TEXT NOT NULL,
  kind TEXT NOT NULL,
  title TEXT NOT NULL,
  number TEXT NOT NULL,
  date TEXT NOT NULL,
  in_force_from TEXT,
  published_at INTEGER NOT NULL,
  repealed_by BLOB,
  words TEXT NOT NULL,
  PRIMARY KEY (tenant, document)
) WITHOUT ROWID;
CREATE INDEX acts_date ON acts (tenant, date);
