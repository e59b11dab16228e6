-- Documents with their versions; the bytes are kept elsewhere, at the addresses that stand here.
CREATE TABLE documents (
  tenant UUID NOT NULL,
  id UUID NOT NULL,
  module TEXT COLLATE "C" NOT NULL,
  kind TEXT COLLATE "C" NOT NULL,
  title TEXT NOT NULL,
  number TEXT,
  standing TEXT COLLATE "C" NOT NULL,
  version BIGINT NOT NULL,
  media_type TEXT NOT NULL,
  name TEXT NOT NULL,
  subject UUID,
  entry_register TEXT COLLATE "C",
  entry UUID,
  made_at BIGINT NOT NULL,
  issued_on TEXT COLLATE "C",
  valid_until TEXT COLLATE "C",
  keep_until TEXT COLLATE "C",
  code TEXT COLLATE "C",
  note TEXT NOT NULL,
  record TEXT COLLATE "C",
  recipe TEXT,
  PRIMARY KEY (tenant, id)
);
CREATE INDEX documents_entry ON documents (tenant, entry, id);

CREATE TABLE document_versions (
  tenant UUID NOT NULL,
  document UUID NOT NULL,
  version BIGINT NOT NULL,
  at BIGINT NOT NULL,
  by_whom UUID,
  reason TEXT NOT NULL,
  address TEXT COLLATE "C",
  size BIGINT NOT NULL,
  digest TEXT COLLATE "C" NOT NULL,
  signatures BIGINT NOT NULL,
  PRIMARY KEY (tenant, document, version)
);
CREATE INDEX document_versions_address ON document_versions (tenant, address);

-- Whose document a verification code is on: whoever checks one knows nothing else.
CREATE TABLE document_codes (
  code TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  tenant UUID NOT NULL,
  document UUID NOT NULL
);
