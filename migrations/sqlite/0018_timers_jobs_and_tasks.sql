-- What wakes a module later.
CREATE TABLE timers (
  tenant BLOB NOT NULL,
  module TEXT NOT NULL,
  name TEXT NOT NULL,
  fires_at INTEGER NOT NULL,
  timer TEXT NOT NULL,
  about BLOB,
  PRIMARY KEY (tenant, module, name)
) WITHOUT ROWID;
CREATE INDEX timers_due ON timers (tenant, fires_at);
CREATE INDEX timers_about ON timers (tenant, about) WHERE about IS NOT NULL;

-- Long work in steps, and when it comes round by itself.
CREATE TABLE jobs (
  tenant BLOB NOT NULL,
  id BLOB NOT NULL,
  module TEXT NOT NULL,
  name TEXT NOT NULL,
  starter TEXT NOT NULL,
  standing TEXT NOT NULL,
  cursor TEXT,
  steps INTEGER NOT NULL,
  done INTEGER NOT NULL,
  total INTEGER,
  note TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  started_at INTEGER,
  ended_at INTEGER,
  attempts INTEGER NOT NULL,
  next_at INTEGER NOT NULL,
  cancelling BOOLEAN NOT NULL,
  failure TEXT NOT NULL,
  PRIMARY KEY (tenant, id)
) WITHOUT ROWID;
CREATE INDEX jobs_open ON jobs (tenant, next_at) WHERE standing IN ('waiting', 'running');
CREATE INDEX jobs_module ON jobs (tenant, module, name, id);

CREATE TABLE job_rounds (
  tenant BLOB NOT NULL,
  module TEXT NOT NULL,
  name TEXT NOT NULL,
  schedule TEXT NOT NULL,
  next_at INTEGER NOT NULL,
  PRIMARY KEY (tenant, module, name)
) WITHOUT ROWID;

-- What someone has to do by when; one without a date is due on the last day that there is.
CREATE TABLE tasks (
  tenant BLOB NOT NULL,
  id BLOB NOT NULL,
  module TEXT NOT NULL,
  version INTEGER NOT NULL,
  standing TEXT NOT NULL,
  kind TEXT NOT NULL,
  title TEXT NOT NULL,
  opens TEXT NOT NULL,
  about_register TEXT,
  about BLOB,
  role TEXT NOT NULL,
  assignee BLOB,
  due TEXT NOT NULL,
  rank INTEGER NOT NULL,
  opened_at INTEGER NOT NULL,
  closed_at INTEGER,
  note TEXT NOT NULL,
  told BOOLEAN NOT NULL,
  PRIMARY KEY (tenant, id)
) WITHOUT ROWID;
CREATE INDEX tasks_of_role ON tasks (tenant, role, due, rank, id) WHERE standing IN ('open', 'claimed');
CREATE INDEX tasks_of_nobody ON tasks (tenant, role, due, rank, id) WHERE standing = 'open';
CREATE INDEX tasks_of_somebody ON tasks (tenant, assignee, due, rank, id) WHERE standing = 'claimed';
CREATE INDEX tasks_about ON tasks (tenant, about, id) WHERE about IS NOT NULL;
CREATE INDEX tasks_untold ON tasks (tenant, due) WHERE standing IN ('open', 'claimed') AND NOT told;

CREATE TABLE task_turns (
  tenant BLOB NOT NULL,
  task BLOB NOT NULL,
  version INTEGER NOT NULL,
  at INTEGER NOT NULL,
  by_whom BLOB,
  turn TEXT NOT NULL,
  assignee BLOB,
  reason TEXT NOT NULL,
  PRIMARY KEY (tenant, task, version)
) WITHOUT ROWID;

-- Orders that can be paid, soonest due first.
CREATE INDEX orders_unpaid ON orders (tenant, module, (COALESCE(due_date, '9999-12-31')), number) WHERE status IN ('active', 'partially-paid');
