-- Registers. `state` counts the commits that wrote one; `schema` is the one that its index was built with.
CREATE TABLE registers (
  tenant BLOB NOT NULL,
  name TEXT NOT NULL,
  state INTEGER NOT NULL,
  entries INTEGER NOT NULL,
  open INTEGER NOT NULL,
  schema TEXT NOT NULL,
  PRIMARY KEY (tenant, name)
) WITHOUT ROWID;

-- Numbers without gaps: the last one given, per series.
CREATE TABLE counters (
  tenant BLOB NOT NULL,
  register TEXT NOT NULL,
  series TEXT NOT NULL,
  given INTEGER NOT NULL,
  PRIMARY KEY (tenant, register, series)
) WITHOUT ROWID;

-- `personal` holds the personal fields, and can be erased without touching the rest.
CREATE TABLE entries (
  tenant BLOB NOT NULL,
  id BLOB NOT NULL,
  register TEXT NOT NULL,
  number TEXT,
  version INTEGER NOT NULL,
  closed BOOLEAN NOT NULL,
  opened INTEGER NOT NULL,
  fields TEXT NOT NULL,
  personal TEXT,
  PRIMARY KEY (tenant, id)
);
CREATE UNIQUE INDEX entries_register ON entries (tenant, register, id, closed);

CREATE TABLE entry_versions (
  tenant BLOB NOT NULL,
  entry BLOB NOT NULL,
  version INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  changed_by BLOB,
  reason TEXT NOT NULL,
  fields TEXT NOT NULL,
  personal TEXT,
  PRIMARY KEY (tenant, entry, version)
) WITHOUT ROWID;

-- One row for every keyed field of every entry (an empty key for an empty field), so that any of them can be walked in order.
CREATE TABLE entry_keys (
  tenant BLOB NOT NULL,
  register TEXT NOT NULL,
  field TEXT NOT NULL,
  key TEXT NOT NULL,
  entry BLOB NOT NULL,
  closed BOOLEAN NOT NULL,
  PRIMARY KEY (tenant, register, field, key, entry)
) WITHOUT ROWID;
CREATE UNIQUE INDEX entry_keys_entry ON entry_keys (tenant, entry, field);

CREATE TABLE unique_keys (
  tenant BLOB NOT NULL,
  register TEXT NOT NULL,
  field TEXT NOT NULL,
  key TEXT NOT NULL,
  entry BLOB NOT NULL,
  PRIMARY KEY (tenant, register, field, key)
) WITHOUT ROWID;

-- The word index. Every word is written with a prefix of its municipality and register before it, so that a search reads its own
-- part of the index only; the index knows entries by a number of this file's own.
CREATE TABLE entry_slots (
  tenant BLOB NOT NULL,
  entry BLOB NOT NULL,
  slot INTEGER NOT NULL,
  PRIMARY KEY (tenant, entry)
) WITHOUT ROWID;
CREATE UNIQUE INDEX entry_slots_slot ON entry_slots (slot);
CREATE VIRTUAL TABLE entry_words USING fts5(plain, personal, content='', contentless_delete=1, detail=column, tokenize='ascii');
