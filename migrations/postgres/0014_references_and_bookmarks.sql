-- By what name a service knows what left for it; and how far somebody has come who reads on where they stopped, and
-- who does what only one host at a time does.
ALTER TABLE outbox ADD COLUMN reference TEXT COLLATE "C" NOT NULL DEFAULT '';
CREATE INDEX outbox_reference ON outbox (service, reference) WHERE reference <> '';
CREATE TABLE bookmarks (name TEXT COLLATE "C" NOT NULL PRIMARY KEY, place TEXT NOT NULL);
CREATE TABLE leases (name TEXT COLLATE "C" NOT NULL PRIMARY KEY, holder UUID NOT NULL, until BIGINT NOT NULL);
