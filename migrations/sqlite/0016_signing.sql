-- Signing requests; what does not change of one is in its body.
CREATE TABLE signing_requests (
  tenant BLOB NOT NULL,
  id BLOB NOT NULL,
  module TEXT NOT NULL,
  standing TEXT NOT NULL,
  opened_at INTEGER NOT NULL,
  body TEXT NOT NULL,
  signatures TEXT NOT NULL,
  note TEXT NOT NULL,
  PRIMARY KEY (tenant, id)
) WITHOUT ROWID;

CREATE TABLE signing_signers (
  tenant BLOB NOT NULL,
  request BLOB NOT NULL,
  position INTEGER NOT NULL,
  person BLOB,
  role TEXT,
  reason TEXT NOT NULL,
  standing TEXT NOT NULL,
  by_whom BLOB,
  at INTEGER,
  note TEXT NOT NULL,
  posting BLOB,
  PRIMARY KEY (tenant, request, position)
) WITHOUT ROWID;
CREATE INDEX signing_signers_open ON signing_signers (tenant, request) WHERE standing IN ('waiting', 'signing');

-- Documents that hold still, each for one open request.
CREATE TABLE signing_documents (
  tenant BLOB NOT NULL,
  document BLOB NOT NULL,
  request BLOB NOT NULL,
  PRIMARY KEY (tenant, document)
) WITHOUT ROWID;
CREATE INDEX signing_documents_request ON signing_documents (tenant, request);
