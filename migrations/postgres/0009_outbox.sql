-- What leaves when a unit of work is kept, and what became of it.
CREATE TABLE outbox (
  tenant UUID NOT NULL,
  id UUID NOT NULL,
  module TEXT COLLATE "C" NOT NULL,
  service TEXT COLLATE "C" NOT NULL,
  kind TEXT NOT NULL,
  payload TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  attempts BIGINT NOT NULL,
  state TEXT COLLATE "C" NOT NULL,
  next_at BIGINT NOT NULL,
  answer TEXT NOT NULL,
  PRIMARY KEY (tenant, id)
);
CREATE INDEX outbox_open ON outbox (tenant, created_at, id) WHERE state <> 'done';
