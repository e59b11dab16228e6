-- Money that is, or is to be, given back; and payments by their time, for the comparison with a statement.
CREATE TABLE refunds (
  tenant BLOB NOT NULL,
  id TEXT NOT NULL,
  payment TEXT NOT NULL,
  number TEXT NOT NULL,
  amount INTEGER NOT NULL,
  lines TEXT NOT NULL,
  reason TEXT NOT NULL,
  asked_at INTEGER NOT NULL,
  told_id TEXT,
  told_at INTEGER,
  PRIMARY KEY (tenant, id)
) WITHOUT ROWID;
CREATE INDEX refunds_number ON refunds (tenant, number, asked_at, id);
CREATE INDEX refunds_payment ON refunds (tenant, payment);
CREATE UNIQUE INDEX refunds_told ON refunds (tenant, told_id);
CREATE INDEX refunds_told_at ON refunds (tenant, told_at);
CREATE INDEX payments_paid_at ON payments (tenant, paid_at, id);
