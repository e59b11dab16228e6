-- Registers. `state` counts the commits that wrote one; `schema` is the one that its index was built with.
CREATE TABLE registers (
  tenant UUID NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  state BIGINT NOT NULL,
  entries BIGINT NOT NULL,
  open BIGINT NOT NULL,
  schema TEXT NOT NULL,
  PRIMARY KEY (tenant, name)
);

-- Numbers without gaps: the last one given, per series.
CREATE TABLE counters (
  tenant UUID NOT NULL,
  register TEXT COLLATE "C" NOT NULL,
  series TEXT COLLATE "C" NOT NULL,
  given BIGINT NOT NULL,
  PRIMARY KEY (tenant, register, series)
);

-- `personal` holds the personal fields, and can be erased without touching the rest.
CREATE TABLE entries (
  tenant UUID NOT NULL,
  id UUID NOT NULL,
  register TEXT COLLATE "C" NOT NULL,
  number TEXT,
  version BIGINT NOT NULL,
  closed BOOLEAN NOT NULL,
  opened BIGINT NOT NULL,
  fields TEXT NOT NULL,
  personal TEXT,
  PRIMARY KEY (tenant, id)
);
CREATE UNIQUE INDEX entries_register ON entries (tenant, register, id) INCLUDE (closed);

CREATE TABLE entry_versions (
  tenant UUID NOT NULL,
  entry UUID NOT NULL,
  version BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  changed_by UUID,
  reason TEXT NOT NULL,
  fields TEXT NOT NULL,
  personal TEXT,
  PRIMARY KEY (tenant, entry, version)
);

-- One row for every keyed field of every entry (an empty key for an empty field), so that any of them can be walked in order.
CREATE TABLE entry_keys (
  tenant UUID NOT NULL,
  register TEXT COLLATE "C" NOT NULL,
  field TEXT COLLATE "C" NOT NULL,
  key TEXT COLLATE "C" NOT NULL,
  entry UUID NOT NULL,
  closed BOOLEAN NOT NULL,
  PRIMARY KEY (tenant, register, field, key, entry) INCLUDE (closed)
);
CREATE UNIQUE INDEX entry_keys_entry ON entry_keys (tenant, entry, field) INCLUDE (key);

CREATE TABLE unique_keys (
  tenant UUID NOT NULL,
  register TEXT COLLATE "C" NOT NULL,
  field TEXT COLLATE "C" NOT NULL,
  key TEXT COLLATE "C" NOT NULL,
  entry UUID NOT NULL,
  PRIMARY KEY (tenant, register, field, key)
);

-- The word index. Every word is written with a prefix of its municipality and register before it, so that a search reads its own
-- part of the index only. Weight A: words that are not personal; B: personal ones.
CREATE TABLE entry_words (
  tenant UUID NOT NULL,
  entry UUID NOT NULL,
  words TSVECTOR NOT NULL,
  PRIMARY KEY (tenant, entry)
);
CREATE INDEX entry_words_words ON entry_words USING gin (words);
