-- The stages as they were declared, each time that this changed, from 1 for each; spec is NULL where
-- the stage was removed.
CREATE TABLE stage_history (
  stage TEXT NOT NULL,
  number BIGINT NOT NULL,
  since BIGINT NOT NULL,
  spec TEXT,
  PRIMARY KEY (stage, number));
INSERT INTO stage_history (stage, number, since, spec) SELECT name, 1, updated_at, spec FROM stages;
INSERT INTO stage_history (stage, number, since, spec)
  SELECT name, 2, removed_at, NULL FROM stages WHERE removed_at IS NOT NULL;

-- The only row, once runs are sent to another system, says up to which event of the log all were
-- sent, and which server sends, until when: another one takes its turn then.
CREATE TABLE openlineage_sent (
  id BIGINT PRIMARY KEY,
  seq BIGINT NOT NULL,
  server TEXT NOT NULL,
  until BIGINT NOT NULL);
-- The executions under way whose beginning was sent.
CREATE TABLE openlineage_started (execution TEXT NOT NULL PRIMARY KEY);

-- Run events that other systems told, as they came.
CREATE TABLE outside_events (
  id TEXT NOT NULL PRIMARY KEY,
  run TEXT NOT NULL,
  told_at BIGINT NOT NULL,
  told_by TEXT NOT NULL,
  event TEXT NOT NULL);
CREATE INDEX outside_events_run ON outside_events (run, told_at);
CREATE INDEX outside_events_age ON outside_events (told_at);
-- What a job elsewhere last made of what, for each of its outputs: id is a hash of job and output.
CREATE TABLE outside_outputs (
  id TEXT NOT NULL PRIMARY KEY,
  job TEXT NOT NULL,
  run TEXT NOT NULL,
  event_time BIGINT NOT NULL,
  told_at BIGINT NOT NULL,
  told_by TEXT NOT NULL);
CREATE INDEX outside_outputs_age ON outside_outputs (told_at);
CREATE TABLE outside_edges (
  output TEXT NOT NULL,
  position BIGINT NOT NULL,
  from_kind TEXT NOT NULL,
  from_name TEXT NOT NULL,
  from_column TEXT NOT NULL,
  to_kind TEXT NOT NULL,
  to_name TEXT NOT NULL,
  to_column TEXT NOT NULL,
  flow TEXT NOT NULL,
  PRIMARY KEY (output, position));
CREATE INDEX outside_edges_from ON outside_edges (from_name);
CREATE INDEX outside_edges_to ON outside_edges (to_name);
