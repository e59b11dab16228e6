-- People and companies as one municipality knows them, its officials, modules and grants.
CREATE TABLE subjects (
  tenant UUID NOT NULL,
  id UUID NOT NULL,
  company BOOLEAN NOT NULL,
  idn TEXT COLLATE "C",
  name TEXT NOT NULL,
  merged_into UUID,
  PRIMARY KEY (tenant, id)
);
CREATE UNIQUE INDEX subjects_idn ON subjects (tenant, idn) WHERE idn IS NOT NULL;

CREATE TABLE officials (
  tenant UUID NOT NULL,
  handle TEXT COLLATE "C" NOT NULL,
  person UUID NOT NULL,
  roles TEXT NOT NULL,
  PRIMARY KEY (tenant, handle)
);

CREATE TABLE installed (
  tenant UUID NOT NULL,
  module TEXT COLLATE "C" NOT NULL,
  digest TEXT NOT NULL,
  version TEXT NOT NULL,
  disabled_at BIGINT,
  installed_at BIGINT NOT NULL,
  PRIMARY KEY (tenant, module)
);

CREATE TABLE grants (
  tenant UUID NOT NULL,
  module TEXT COLLATE "C" NOT NULL,
  capability TEXT COLLATE "C" NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (tenant, module, capability)
);
