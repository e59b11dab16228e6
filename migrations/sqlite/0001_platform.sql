-- What belongs to the host as a whole, and to no municipality.
CREATE TABLE tenants (
  id BLOB NOT NULL PRIMARY KEY,
  slug TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  district TEXT NOT NULL,
  cuatm TEXT NOT NULL
) WITHOUT ROWID;

-- Where a person is an official: sign-in asks before any municipality is chosen.
CREATE TABLE official_homes (
  idnp TEXT NOT NULL,
  tenant BLOB NOT NULL,
  PRIMARY KEY (idnp, tenant)
) WITHOUT ROWID;

-- Whose an order is: its number is unique in the country.
CREATE TABLE order_homes (
  number TEXT NOT NULL PRIMARY KEY,
  tenant BLOB NOT NULL
) WITHOUT ROWID;

CREATE TABLE sessions (
  key TEXT NOT NULL PRIMARY KEY,
  data TEXT NOT NULL,
  expires INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX sessions_expires ON sessions (expires);
