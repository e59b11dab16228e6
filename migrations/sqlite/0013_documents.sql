-- Documents with their versions; the bytes are kept elsewhere, at the addresses that stand here.
CREATE TABLE documents (
  tenant BLOB NOT NULL,
  id BLOB NOT NULL,
  module TEXT NOT NULL,
  kind TEXT NOT NULL,
  title TEXT NOT NULL,
  number TEXT,
  standing TEXT NOT NULL,
  version INTEGER NOT NULL,
  media_type TEXT NOT NULL,
  name TEXT NOT NULL,
  subject BLOB,
  entry_register TEXT,
  entry BLOB,
  made_at INTEGER NOT NULL,
  issued_on TEXT,
  valid_until TEXT,
  keep_until TEXT,
  code TEXT,
  note TEXT NOT NULL,
  record TEXT,
  recipe TEXT,
  PRIMARY KEY (tenant, id)
) WITHOUT ROWID;
CREATE INDEX documents_entry ON documents (tenant, entry, id);

CREATE TABLE document_versions (
  tenant BLOB NOT NULL,
  document BLOB NOT NULL,
  version INTEGER NOT NULL,
  at INTEGER NOT NULL,
  by_whom BLOB,
  reason TEXT NOT NULL,
  address TEXT,
  size INTEGER NOT NULL,
  digest TEXT NOT NULL,
  signatures INTEGER NOT NULL,
  PRIMARY KEY (tenant, document, version)
) WITHOUT ROWID;
CREATE INDEX document_versions_address ON document_versions (tenant, address);

-- Whose document a verification code is on: whoever checks one knows nothing else.
CREATE TABLE document_codes (
  code TEXT NOT NULL PRIMARY KEY,
  tenant BLOB NOT NULL,
  document BLOB NOT NULL
) WITHOUT ROWID;
