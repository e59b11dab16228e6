-- Entries that a job performs an action on, with what came of each.
CREATE TABLE bulk_rows (
  tenant BLOB NOT NULL,
  job BLOB NOT NULL,
  place INTEGER NOT NULL,
  register TEXT NOT NULL,
  entry BLOB NOT NULL,
  came TEXT NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY (tenant, job, place)
) WITHOUT ROWID;
