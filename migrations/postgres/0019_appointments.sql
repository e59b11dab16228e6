-- What counters do from a day on, and when they are closed.
CREATE TABLE counter_weeks (
  tenant UUID NOT NULL,
  counter TEXT COLLATE "C" NOT NULL,
  since TEXT COLLATE "C" NOT NULL,
  services TEXT NOT NULL,
  hours TEXT NOT NULL,
  at BIGINT NOT NULL,
  by_whom UUID,
  PRIMARY KEY (tenant, counter, since)
);

CREATE TABLE counter_closures (
  tenant UUID NOT NULL,
  id UUID NOT NULL,
  counter TEXT COLLATE "C" NOT NULL,
  starts BIGINT NOT NULL,
  ends BIGINT NOT NULL,
  reason TEXT NOT NULL,
  by_whom UUID,
  PRIMARY KEY (tenant, id)
);
CREATE INDEX counter_closures_ends ON counter_closures (tenant, ends);

-- Visits. A place of a counter is one visitor's at a time.
CREATE TABLE appointments (
  tenant UUID NOT NULL,
  id UUID NOT NULL,
  number TEXT COLLATE "C" NOT NULL,
  version BIGINT NOT NULL,
  module TEXT COLLATE "C" NOT NULL,
  service TEXT COLLATE "C" NOT NULL,
  counter TEXT COLLATE "C" NOT NULL,
  starts BIGINT NOT NULL,
  minutes BIGINT NOT NULL,
  place BIGINT NOT NULL,
  visitor UUID NOT NULL,
  standing TEXT COLLATE "C" NOT NULL,
  about_case TEXT COLLATE "C",
  note TEXT NOT NULL,
  remind_at BIGINT,
  called_at BIGINT,
  booked_at BIGINT NOT NULL,
  by_whom UUID,
  PRIMARY KEY (tenant, id)
);
CREATE UNIQUE INDEX appointments_places ON appointments (tenant, counter, starts, place) WHERE standing <> 'cancelled';
CREATE INDEX appointments_days ON appointments (tenant, starts);
CREATE INDEX appointments_visitors ON appointments (tenant, visitor, starts);
CREATE INDEX appointments_reminders ON appointments (tenant, remind_at) WHERE remind_at IS NOT NULL;

-- Tickets of those who come without.
CREATE TABLE tickets (
  tenant UUID NOT NULL,
  id UUID NOT NULL,
  day TEXT COLLATE "C" NOT NULL,
  number TEXT COLLATE "C" NOT NULL,
  service TEXT COLLATE "C" NOT NULL,
  visitor UUID,
  taken_at BIGINT NOT NULL,
  counter TEXT COLLATE "C",
  called_at BIGINT,
  PRIMARY KEY (tenant, id)
);
CREATE UNIQUE INDEX tickets_numbers ON tickets (tenant, day, number);
