-- Applications for public services. One without a term is due on the last day that there is. What is personal of an application stands by itself,
-- so that it can be erased.
CREATE TABLE cases (
  tenant UUID NOT NULL,
  id UUID NOT NULL,
  number TEXT COLLATE "C" NOT NULL,
  version BIGINT NOT NULL,
  service TEXT COLLATE "C" NOT NULL,
  module TEXT COLLATE "C" NOT NULL,
  standing TEXT COLLATE "C" NOT NULL,
  applicant UUID NOT NULL,
  due TEXT COLLATE "C" NOT NULL,
  body TEXT NOT NULL,
  fields TEXT NOT NULL,
  personal TEXT,
  code TEXT NOT NULL,
  told BOOLEAN NOT NULL,
  PRIMARY KEY (tenant, id)
);
CREATE UNIQUE INDEX cases_numbers ON cases (tenant, number);
CREATE INDEX cases_applicants ON cases (tenant, applicant, id);
CREATE INDEX cases_services ON cases (tenant, service, standing, id);
CREATE INDEX cases_open ON cases (tenant, service, due, id) WHERE standing IN ('submitted', 'in-work', 'waiting-applicant', 'waiting-payment');
CREATE INDEX cases_untold ON cases (tenant, due) WHERE standing IN ('submitted', 'in-work', 'waiting-payment') AND NOT told;

-- What happened to them; shown to whoever has number and code, or not.
CREATE TABLE case_steps (
  tenant UUID NOT NULL,
  about UUID NOT NULL,
  version BIGINT NOT NULL,
  at BIGINT NOT NULL,
  by_whom UUID,
  standing TEXT COLLATE "C" NOT NULL,
  note TEXT NOT NULL,
  shown BOOLEAN NOT NULL,
  PRIMARY KEY (tenant, about, version)
);
