-- Orders, their payments, what arrived from outside, and forms that were performed.
CREATE TABLE orders (
  tenant UUID NOT NULL,
  number TEXT COLLATE "C" NOT NULL,
  module TEXT COLLATE "C" NOT NULL,
  service TEXT NOT NULL,
  customer UUID,
  lines TEXT NOT NULL,
  due_date TEXT,
  expires TEXT,
  partial BOOLEAN NOT NULL,
  advance BOOLEAN NOT NULL,
  reason TEXT NOT NULL,
  status TEXT COLLATE "C" NOT NULL,
  due BIGINT NOT NULL,
  paid BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  cancel_reason TEXT,
  PRIMARY KEY (tenant, number)
);

CREATE TABLE payments (
  tenant UUID NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  number TEXT COLLATE "C" NOT NULL,
  amount BIGINT NOT NULL,
  paid_at BIGINT NOT NULL,
  lines TEXT NOT NULL,
  PRIMARY KEY (tenant, id)
);
CREATE INDEX payments_number ON payments (tenant, number, paid_at, id);

CREATE TABLE inbox (
  tenant UUID NOT NULL,
  id UUID NOT NULL,
  module TEXT COLLATE "C" NOT NULL,
  kind TEXT NOT NULL,
  payload TEXT NOT NULL,
  received_at BIGINT NOT NULL,
  attempts BIGINT NOT NULL,
  state TEXT COLLATE "C" NOT NULL,
  next_at BIGINT NOT NULL,
  PRIMARY KEY (tenant, id)
);
CREATE INDEX inbox_open ON inbox (tenant, received_at, id) WHERE state <> 'done';

CREATE TABLE submissions (
  tenant UUID NOT NULL,
  id UUID NOT NULL,
  performed_at BIGINT NOT NULL,
  answer TEXT NOT NULL,
  PRIMARY KEY (tenant, id)
);
