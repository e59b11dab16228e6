-- What a municipality settled once for everyone, from a date on. What was entered stays: of two that hold since the same day the later one holds.
CREATE TABLE settings (
  tenant BLOB NOT NULL,
  name TEXT NOT NULL,
  since TEXT NOT NULL,
  at INTEGER NOT NULL,
  fields TEXT NOT NULL,
  decision TEXT NOT NULL,
  document BLOB,
  by_whom BLOB,
  PRIMARY KEY (tenant, name, since, at)
) WITHOUT ROWID;
