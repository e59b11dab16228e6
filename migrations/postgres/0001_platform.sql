-- What belongs to the host as a whole, and to no municipality.
CREATE TABLE tenants (
  id UUID NOT NULL PRIMARY KEY,
  slug TEXT COLLATE "C" NOT NULL UNIQUE,
  name TEXT NOT NULL,
  district TEXT NOT NULL,
  cuatm TEXT NOT NULL
);

-- Where a person is an official: sign-in asks before any municipality is chosen.
CREATE TABLE official_homes (
  idnp TEXT COLLATE "C" NOT NULL,
  tenant UUID NOT NULL,
  PRIMARY KEY (idnp, tenant)
);

-- Whose an order is: its number is unique in the country.
CREATE TABLE order_homes (
  number TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  tenant UUID NOT NULL
);

CREATE TABLE sessions (
  key TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  data TEXT NOT NULL,
  expires BIGINT NOT NULL
);
CREATE INDEX sessions_expires ON sessions (expires);
