-- Publishers whom the operator trusts, what they published, what is stopped; what municipalities approved, and what was installed when.
CREATE TABLE publishers (
  name TEXT COLLATE "C" PRIMARY KEY,
  keyring TEXT NOT NULL,
  trusted_at BIGINT NOT NULL
);
CREATE TABLE components (
  digest TEXT COLLATE "C" PRIMARY KEY,
  bytes BYTEA NOT NULL
);
CREATE TABLE packages (
  manifest TEXT COLLATE "C" PRIMARY KEY,
  component TEXT COLLATE "C" NOT NULL REFERENCES components (digest),
  module TEXT COLLATE "C" NOT NULL,
  version TEXT NOT NULL,
  manifest_bytes BYTEA NOT NULL,
  config_bytes BYTEA NOT NULL,
  admitted_at BIGINT NOT NULL
);
CREATE TABLE package_signatures (
  manifest TEXT COLLATE "C" NOT NULL REFERENCES packages (manifest),
  digest TEXT COLLATE "C" NOT NULL,
  publisher TEXT COLLATE "C" NOT NULL,
  envelope TEXT NOT NULL,
  sbom TEXT,
  admitted_at BIGINT NOT NULL,
  PRIMARY KEY (manifest, digest)
);
CREATE TABLE stops (
  what TEXT COLLATE "C" PRIMARY KEY,
  body TEXT NOT NULL,
  at BIGINT NOT NULL
);
CREATE TABLE approvals (
  tenant UUID NOT NULL,
  id UUID NOT NULL,
  module TEXT COLLATE "C" NOT NULL,
  manifest TEXT COLLATE "C" NOT NULL,
  standing TEXT NOT NULL,
  body TEXT NOT NULL,
  sealed TEXT NOT NULL,
  drawn_up_by UUID,
  signing UUID,
  at BIGINT NOT NULL,
  PRIMARY KEY (tenant, id)
);
CREATE TABLE install_turns (
  tenant UUID NOT NULL,
  module TEXT COLLATE "C" NOT NULL,
  place BIGINT NOT NULL,
  kind TEXT NOT NULL,
  version TEXT NOT NULL,
  digest TEXT NOT NULL,
  manifest TEXT NOT NULL,
  approval UUID NOT NULL,
  at BIGINT NOT NULL,
  by_whom UUID,
  PRIMARY KEY (tenant, module, place)
);
ALTER TABLE installed ADD COLUMN manifest TEXT;
ALTER TABLE installed ADD COLUMN approval UUID;
