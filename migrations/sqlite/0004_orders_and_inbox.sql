-- Orders, their payments, what arrived from outside, and forms that were performed.
CREATE TABLE orders (
  tenant BLOB NOT NULL,
  number TEXT NOT NULL,
  module TEXT NOT NULL,
  service TEXT NOT NULL,
  customer BLOB,
  lines TEXT NOT NULL,
  due_date TEXT,
  expires TEXT,
  partial BOOLEAN NOT NULL,
  advance BOOLEAN NOT NULL,
  reason TEXT NOT NULL,
  status TEXT NOT NULL,
  due INTEGER NOT NULL,
  paid INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  cancel_reason TEXT,
  PRIMARY KEY (tenant, number)
) WITHOUT ROWID;

CREATE TABLE payments (
  tenant BLOB NOT NULL,
  id TEXT NOT NULL,
  number TEXT NOT NULL,
  amount INTEGER NOT NULL,
  paid_at INTEGER NOT NULL,
  lines TEXT NOT NULL,
  PRIMARY KEY (tenant, id)
) WITHOUT ROWID;
CREATE INDEX payments_number ON payments (tenant, number, paid_at, id);

CREATE TABLE inbox (
  tenant BLOB NOT NULL,
  id BLOB NOT NULL,
  module TEXT NOT NULL,
  kind TEXT NOT NULL,
  payload TEXT NOT NULL,
  received_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  state TEXT NOT NULL,
  next_at INTEGER NOT NULL,
  PRIMARY KEY (tenant, id)
) WITHOUT ROWID;
CREATE INDEX inbox_open ON inbox (tenant, received_at, id) WHERE state <> 'done';

CREATE TABLE submissions (
  tenant BLOB NOT NULL,
  id BLOB NOT NULL,
  performed_at INTEGER NOT NULL,
  answer TEXT NOT NULL,
  PRIMARY KEY (tenant, id)
) WITHOUT ROWID;
