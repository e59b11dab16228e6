-- Acts that are published on the municipality's page.
CREATE TABLE acts (
  tenant UUID NOT NULL,
  document UUID NOT NULL,
  public_version UUID,
  module TEXT NOT NULL,
  kind TEXT NOT NULL,
  title TEXT NOT NULL,
  number TEXT NOT NULL,
  date TEXT NOT NULL,
  in_force_from TEXT,
  published_at BIGINT NOT NULL,
  repealed_by UUID,
  words TEXT NOT NULL,
  PRIMARY KEY (tenant, document)
);
CREATE INDEX acts_date ON acts (tenant, date);
