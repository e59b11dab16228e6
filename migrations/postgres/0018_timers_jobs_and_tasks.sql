-- What wakes a module later.
CREATE TABLE timers (
  tenant UUID NOT NULL,
  module TEXT COLLATE "C" NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  fires_at BIGINT NOT NULL,
  timer TEXT NOT NULL,
  about UUID,
  PRIMARY KEY (tenant, module, name)
);
CREATE INDEX timers_due ON timers (tenant, fires_at);
CREATE INDEX timers_about ON timers (tenant, about) WHERE about IS NOT NULL;

-- Long work in steps, and when it comes round by itself.
CREATE TABLE jobs (
  tenant UUID NOT NULL,
  id UUID NOT NULL,
  module TEXT COLLATE "C" NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  starter TEXT NOT NULL,
  standing TEXT COLLATE "C" NOT NULL,
  cursor TEXT,
  steps BIGINT NOT NULL,
  done BIGINT NOT NULL,
  total BIGINT,
  note TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  started_at BIGINT,
  ended_at BIGINT,
  attempts BIGINT NOT NULL,
  next_at BIGINT NOT NULL,
  cancelling BOOLEAN NOT NULL,
  failure TEXT NOT NULL,
  PRIMARY KEY (tenant, id)
);
CREATE INDEX jobs_open ON jobs (tenant, next_at) WHERE standing IN ('waiting', 'running');
CREATE INDEX jobs_module ON jobs (tenant, module, name, id);

CREATE TABLE job_rounds (
  tenant UUID NOT NULL,
  module TEXT COLLATE "C" NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  schedule TEXT NOT NULL,
  next_at BIGINT NOT NULL,
  PRIMARY KEY (tenant, module, name)
);

-- What someone has to do by when; one without a date is due on the last day that there is.
CREATE TABLE tasks (
  tenant UUID NOT NULL,
  id UUID NOT NULL,
  module TEXT COLLATE "C" NOT NULL,
  version BIGINT NOT NULL,
  standing TEXT COLLATE "C" NOT NULL,
  kind TEXT COLLATE "C" NOT NULL,
  title TEXT NOT NULL,
  opens TEXT NOT NULL,
  about_register TEXT COLLATE "C",
  about UUID,
  role TEXT COLLATE "C" NOT NULL,
  assignee UUID,
  due TEXT COLLATE "C" NOT NULL,
  rank BIGINT NOT NULL,
  opened_at BIGINT NOT NULL,
  closed_at BIGINT,
  note TEXT NOT NULL,
  told BOOLEAN NOT NULL,
  PRIMARY KEY (tenant, id)
);
CREATE INDEX tasks_of_role ON tasks (tenant, role, due, rank, id) WHERE standing IN ('open', 'claimed');
CREATE INDEX tasks_of_nobody ON tasks (tenant, role, due, rank, id) WHERE standing = 'open';
CREATE INDEX tasks_of_somebody ON tasks (tenant, assignee, due, rank, id) WHERE standing = 'claimed';
CREATE INDEX tasks_about ON tasks (tenant, about, id) WHERE about IS NOT NULL;
CREATE INDEX tasks_untold ON tasks (tenant, due) WHERE standing IN ('open', 'claimed') AND NOT told;

CREATE TABLE task_turns (
  tenant UUID NOT NULL,
  task UUID NOT NULL,
  version BIGINT NOT NULL,
  at BIGINT NOT NULL,
  by_whom UUID,
  turn TEXT COLLATE "C" NOT NULL,
  assignee UUID,
  reason TEXT NOT NULL,
  PRIMARY KEY (tenant, task, version)
);

-- Orders that can be paid, soonest due first.
CREATE INDEX orders_unpaid ON orders (tenant, module, (COALESCE(due_date, '9999-12-31')), number) WHERE status IN ('active', 'partially-paid');
