-- Entries that a job performs an action on, with what came of each.
CREATE TABLE bulk_rows (
  tenant UUID NOT NULL,
  job UUID NOT NULL,
  place BIGINT NOT NULL,
  register TEXT NOT NULL,
  entry UUID NOT NULL,
  came TEXT NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY (tenant, job, place)
);
