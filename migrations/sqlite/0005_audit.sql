-- The audit trail: hash-chained per municipality. `about` holds the ids of the people concerned, 16 bytes each: part of the hash.
CREATE TABLE audit (
  tenant BLOB NOT NULL,
  sequence INTEGER NOT NULL,
  at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  call BLOB NOT NULL,
  actor BLOB,
  channel TEXT NOT NULL,
  module TEXT,
  what TEXT NOT NULL,
  detail TEXT NOT NULL,
  legal_basis TEXT NOT NULL,
  about BLOB NOT NULL,
  hash BLOB NOT NULL,
  PRIMARY KEY (tenant, sequence)
) WITHOUT ROWID;

-- By which a citizen finds who looked at their data.
CREATE TABLE audit_about (
  tenant BLOB NOT NULL,
  subject BLOB NOT NULL,
  sequence INTEGER NOT NULL,
  PRIMARY KEY (tenant, subject, sequence)
) WITHOUT ROWID;
CREATE INDEX audit_about_sequence ON audit_about (tenant, sequence);

CREATE TABLE audit_heads (
  tenant BLOB NOT NULL PRIMARY KEY,
  sequence INTEGER NOT NULL,
  hash BLOB NOT NULL
) WITHOUT ROWID;
