-- What a municipality settled once for everyone, from a date on. What was entered stays: of two that hold since the same day the later one holds.
CREATE TABLE settings (
  tenant UUID NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  since TEXT COLLATE "C" NOT NULL,
  at BIGINT NOT NULL,
  fields TEXT NOT NULL,
  decision TEXT NOT NULL,
  document UUID,
  by_whom UUID,
  PRIMARY KEY (tenant, name, since, at)
);
