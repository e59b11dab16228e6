-- Messages of other systems that were used, until they could not be used again anyhow (replays).
CREATE TABLE seen (
  key TEXT NOT NULL PRIMARY KEY,
  until INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX seen_until ON seen (until);
