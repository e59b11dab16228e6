-- Signed messages that prove what another system told: MPay's confirmations, as they came.
CREATE TABLE kept_messages (
  tenant BLOB NOT NULL,
  payment TEXT NOT NULL,
  digest TEXT NOT NULL,
  received INTEGER NOT NULL,
  message BLOB NOT NULL,
  PRIMARY KEY (tenant, payment, digest)
);
