-- Applications for public services. One without a term is due on the last day that there is. What is personal of an application stands by itself,
-- so that it can be erased.
CREATE TABLE cases (
  tenant BLOB NOT NULL,
  id BLOB NOT NULL,
  number TEXT NOT NULL,
  version INTEGER NOT NULL,
  service TEXT NOT NULL,
  module TEXT NOT NULL,
  standing TEXT NOT NULL,
  applicant BLOB NOT NULL,
  due TEXT NOT NULL,
  body TEXT NOT NULL,
  fields TEXT NOT NULL,
  personal TEXT,
  code TEXT NOT NULL,
  told BOOLEAN NOT NULL,
  PRIMARY KEY (tenant, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX cases_numbers ON cases (tenant, number);
CREATE INDEX cases_applicants ON cases (tenant, applicant, id);
CREATE INDEX cases_services ON cases (tenant, service, standing, id);
CREATE INDEX cases_open ON cases (tenant, service, due, id) WHERE standing IN ('submitted', 'in-work', 'waiting-applicant', 'waiting-payment');
CREATE INDEX cases_untold ON cases (tenant, due) WHERE standing IN ('submitted', 'in-work', 'waiting-payment') AND NOT told;

-- What happened to them; shown to whoever has number and code, or not.
CREATE TABLE case_steps (
  tenant BLOB NOT NULL,
  about BLOB NOT NULL,
  version INTEGER NOT NULL,
  at INTEGER NOT NULL,
  by_whom BLOB,
  standing TEXT NOT NULL,
  note TEXT NOT NULL,
  shown BOOLEAN NOT NULL,
  PRIMARY KEY (tenant, about, version)
) WITHOUT ROWID;
