-- The audit trail: hash-chained per municipality. `about` holds the ids of the people concerned, 16 bytes each: part of the hash.
CREATE TABLE audit (
  tenant UUID NOT NULL,
  sequence BIGINT NOT NULL,
  at BIGINT NOT NULL,
  kind TEXT NOT NULL,
  call UUID NOT NULL,
  actor UUID,
  channel TEXT NOT NULL,
  module TEXT,
  what TEXT NOT NULL,
  detail TEXT NOT NULL,
  legal_basis TEXT NOT NULL,
  about BYTEA NOT NULL,
  hash BYTEA NOT NULL,
  PRIMARY KEY (tenant, sequence)
);

-- By which a citizen finds who looked at their data.
CREATE TABLE audit_about (
  tenant UUID NOT NULL,
  subject UUID NOT NULL,
  sequence BIGINT NOT NULL,
  PRIMARY KEY (tenant, subject, sequence)
);
CREATE INDEX audit_about_sequence ON audit_about (tenant, sequence);

CREATE TABLE audit_heads (
  tenant UUID NOT NULL PRIMARY KEY,
  sequence BIGINT NOT NULL,
  hash BYTEA NOT NULL
);
