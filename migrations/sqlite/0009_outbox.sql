-- What leaves when a unit of work is kept, and what became of it.
CREATE TABLE outbox (
  tenant BLOB NOT NULL,
  id BLOB NOT NULL,
  module TEXT NOT NULL,
  service TEXT NOT NULL,
  kind TEXT NOT NULL,
  payload TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  state TEXT NOT NULL,
  next_at INTEGER NOT NULL,
  answer TEXT NOT NULL,
  PRIMARY KEY (tenant, id)
) WITHOUT ROWID;
CREATE INDEX outbox_open ON outbox (tenant, created_at, id) WHERE state <> 'done';
