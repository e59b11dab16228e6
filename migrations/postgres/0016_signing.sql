-- Signing requests; what does not change of one is in its body.
CREATE TABLE signing_requests (
  tenant UUID NOT NULL,
  id UUID NOT NULL,
  module TEXT COLLATE "C" NOT NULL,
  standing TEXT COLLATE "C" NOT NULL,
  opened_at BIGINT NOT NULL,
  body TEXT NOT NULL,
  signatures TEXT NOT NULL,
  note TEXT NOT NULL,
  PRIMARY KEY (tenant, id)
);

CREATE TABLE signing_signers (
  tenant UUID NOT NULL,
  request UUID NOT NULL,
  position BIGINT NOT NULL,
  person UUID,
  role TEXT COLLATE "C",
  reason TEXT NOT NULL,
  standing TEXT COLLATE "C" NOT NULL,
  by_whom UUID,
  at BIGINT,
  note TEXT NOT NULL,
  posting UUID,
  PRIMARY KEY (tenant, request, position)
);
CREATE INDEX signing_signers_open ON signing_signers (tenant, request) WHERE standing IN ('waiting', 'signing');

-- Documents that hold still, each for one open request.
CREATE TABLE signing_documents (
  tenant UUID NOT NULL,
  document UUID NOT NULL,
  request UUID NOT NULL,
  PRIMARY KEY (tenant, document)
);
CREATE INDEX signing_documents_request ON signing_documents (tenant, request);
