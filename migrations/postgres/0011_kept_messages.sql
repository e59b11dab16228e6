-- Signed messages that prove what another system told: MPay's confirmations, as they came.
CREATE TABLE kept_messages (
  tenant UUID NOT NULL,
  payment TEXT NOT NULL,
  digest TEXT NOT NULL,
  received BIGINT NOT NULL,
  message BYTEA NOT NULL,
  PRIMARY KEY (tenant, payment, digest)
);
