-- By what name a service knows what left for it; and how far somebody has come who reads on where they stopped, and
-- who does what only one host at a time does.
ALTER TABLE outbox ADD COLUMN reference TEXT NOT NULL DEFAULT '';
CREATE INDEX outbox_reference ON outbox (service, reference) WHERE reference <> '';
CREATE TABLE bookmarks (name TEXT NOT NULL PRIMARY KEY, place TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE leases (name TEXT NOT NULL PRIMARY KEY, holder BLOB NOT NULL, until INTEGER NOT NULL) WITHOUT ROWID;
