-- Money that is, or is to be, given back; and payments by their time, for the comparison with a statement.
CREATE TABLE refunds (
  tenant UUID NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  payment TEXT COLLATE "C" NOT NULL,
  number TEXT COLLATE "C" NOT NULL,
  amount BIGINT NOT NULL,
  lines TEXT NOT NULL,
  reason TEXT NOT NULL,
  asked_at BIGINT NOT NULL,
  told_id TEXT COLLATE "C",
  told_at BIGINT,
  PRIMARY KEY (tenant, id)
);
CREATE INDEX refunds_number ON refunds (tenant, number, asked_at, id);
CREATE INDEX refunds_payment ON refunds (tenant, payment);
CREATE UNIQUE INDEX refunds_told ON refunds (tenant, told_id);
CREATE INDEX refunds_told_at ON refunds (tenant, told_at);
CREATE INDEX payments_paid_at ON payments (tenant, paid_at, id);
