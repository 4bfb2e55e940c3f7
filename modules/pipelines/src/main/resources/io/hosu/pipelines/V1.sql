-- The stages as declared; spec is the JSON of StageSpec. One that was removed (removed_at) keeps its
-- queues and its lines in stage_inputs until it is declared again or dropped.
CREATE TABLE stages (
  name TEXT PRIMARY KEY,
  domain TEXT NOT NULL,
  pipeline TEXT NOT NULL,
  stage TEXT NOT NULL,
  spec TEXT NOT NULL,
  updated_at BIGINT NOT NULL,
  removed_at BIGINT
);

-- The only row counts the changes of stages, so that every server notices them.
CREATE TABLE stages_version (
  id BIGINT PRIMARY KEY,
  version BIGINT NOT NULL
);
INSERT INTO stages_version (id, version) VALUES (1, 1);

-- The running servers of this environment; a server whose lease ran out has lost its executions.
CREATE TABLE servers (
  id TEXT PRIMARY KEY,
  started_at BIGINT NOT NULL,
  lease_until BIGINT NOT NULL
);

CREATE TABLE executions (
  id TEXT PRIMARY KEY,
  domain TEXT NOT NULL,
  pipeline TEXT NOT NULL,
  stage TEXT NOT NULL,
  status TEXT NOT NULL,
  -- the number of the current or last attempt, and how many attempts failed or were lost
  attempt BIGINT NOT NULL,
  failures BIGINT NOT NULL,
  losses BIGINT NOT NULL,
  next_attempt_at BIGINT,
  server TEXT,
  created_at BIGINT NOT NULL,
  started_at BIGINT,
  ended_at BIGINT,
  -- how it came about: by event, hand, split or redrive; from which execution; by which events
  origin TEXT NOT NULL,
  parent TEXT,
  trigger_events TEXT NOT NULL,
  messages BIGINT NOT NULL,
  fingerprint TEXT,
  note TEXT,
  cause_code TEXT,
  cause TEXT,
  remedy TEXT,
  cause_object TEXT,
  cause_line BIGINT,
  cause_sample TEXT,
  rows_in BIGINT NOT NULL,
  rows_out BIGINT NOT NULL,
  rows_rejected BIGINT NOT NULL,
  bytes_in BIGINT NOT NULL,
  bytes_out BIGINT NOT NULL,
  cpu_ms BIGINT NOT NULL
);
CREATE INDEX executions_by_stage ON executions (domain, pipeline, stage, id);
CREATE INDEX executions_open ON executions (status, domain, pipeline, stage)
  WHERE status IN ('PENDING', 'RUNNING');
CREATE INDEX executions_failed ON executions (id) WHERE status = 'FAILED';
CREATE INDEX executions_ended ON executions (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX executions_by_parent ON executions (parent) WHERE parent IS NOT NULL;

-- Every attempt that ended; the one under way is in its execution.
CREATE TABLE attempts (
  execution TEXT NOT NULL,
  attempt BIGINT NOT NULL,
  server TEXT NOT NULL,
  started_at BIGINT NOT NULL,
  ended_at BIGINT NOT NULL,
  outcome TEXT NOT NULL,
  code TEXT,
  what TEXT,
  steps TEXT NOT NULL,
  PRIMARY KEY (execution, attempt)
);

-- What an execution read: versions of objects, snapshots of tables.
CREATE TABLE execution_inputs (
  execution TEXT NOT NULL,
  position BIGINT NOT NULL,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  version TEXT NOT NULL,
  bytes BIGINT NOT NULL,
  PRIMARY KEY (execution, position)
);
CREATE INDEX execution_inputs_by_name ON execution_inputs (name, execution);

-- What an execution published.
CREATE TABLE execution_outputs (
  execution TEXT NOT NULL,
  position BIGINT NOT NULL,
  name TEXT NOT NULL,
  snapshot TEXT NOT NULL,
  operation TEXT NOT NULL,
  rows_added BIGINT NOT NULL,
  files BIGINT NOT NULL,
  bytes BIGINT NOT NULL,
  PRIMARY KEY (execution, position)
);
CREATE INDEX execution_outputs_by_name ON execution_outputs (name, execution);

-- What each stage did with each object: the bytes it processed last (sha256, version; empty when
-- none), by which execution; and the version that it keeps out of its input until it succeeds in a
-- batch of its own (aside_version).
CREATE TABLE stage_inputs (
  domain TEXT NOT NULL,
  pipeline TEXT NOT NULL,
  stage TEXT NOT NULL,
  object TEXT NOT NULL,
  version TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  execution TEXT NOT NULL,
  aside_version TEXT,
  PRIMARY KEY (domain, pipeline, stage, object)
);
