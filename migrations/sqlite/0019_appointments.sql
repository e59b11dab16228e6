-- What counters do from a day on, and when they are closed.
CREATE TABLE counter_weeks (
  tenant BLOB NOT NULL,
  counter TEXT NOT NULL,
  since TEXT NOT NULL,
  services TEXT NOT NULL,
  hours TEXT NOT NULL,
  at INTEGER NOT NULL,
  by_whom BLOB,
  PRIMARY KEY (tenant, counter, since)
) WITHOUT ROWID;

CREATE TABLE counter_closures (
  tenant BLOB NOT NULL,
  id BLOB NOT NULL,
  counter TEXT NOT NULL,
  starts INTEGER NOT NULL,
  ends INTEGER NOT NULL,
  reason TEXT NOT NULL,
  by_whom BLOB,
  PRIMARY KEY (tenant, id)
) WITHOUT ROWID;
CREATE INDEX counter_closures_ends ON counter_closures (tenant, ends);

-- Visits. A place of a counter is one visitor's at a time.
CREATE TABLE appointments (
  tenant BLOB NOT NULL,
  id BLOB NOT NULL,
  number TEXT NOT NULL,
  version INTEGER NOT NULL,
  module TEXT NOT NULL,
  service TEXT NOT NULL,
  counter TEXT NOT NULL,
  starts INTEGER NOT NULL,
  minutes INTEGER NOT NULL,
  place INTEGER NOT NULL,
  visitor BLOB NOT NULL,
  standing TEXT NOT NULL,
  about_case TEXT,
  note TEXT NOT NULL,
  remind_at INTEGER,
  called_at INTEGER,
  booked_at INTEGER NOT NULL,
  by_whom BLOB,
  PRIMARY KEY (tenant, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX appointments_places ON appointments (tenant, counter, starts, place) WHERE standing <> 'cancelled';
CREATE INDEX appointments_days ON appointments (tenant, starts);
CREATE INDEX appointments_visitors ON appointments (tenant, visitor, starts);
CREATE INDEX appointments_reminders ON appointments (tenant, remind_at) WHERE remind_at IS NOT NULL;

-- Tickets of those who come without.
CREATE TABLE tickets (
  tenant BLOB NOT NULL,
  id BLOB NOT NULL,
  day TEXT NOT NULL,
  number TEXT NOT NULL,
  service TEXT NOT NULL,
  visitor BLOB,
  taken_at INTEGER NOT NULL,
  counter TEXT,
  called_at INTEGER,
  PRIMARY KEY (tenant, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX tickets_numbers ON tickets (tenant, day, number);
