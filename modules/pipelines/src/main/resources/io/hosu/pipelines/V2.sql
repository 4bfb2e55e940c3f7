-- Up to which snapshot of a table a stage has read its changes, by which published execution, and up
-- to which it had read them before that (NULL: not at all).
CREATE TABLE stage_tables (
  stage TEXT NOT NULL,
  table_name TEXT NOT NULL,
  snapshot BIGINT NOT NULL,
  before BIGINT,
  execution TEXT NOT NULL,
  PRIMARY KEY (stage, table_name));

-- The stages that fail: since when, with which first cause. One that succeeds again is gone.
CREATE TABLE stage_failures (
  stage TEXT PRIMARY KEY,
  since BIGINT NOT NULL,
  code TEXT NOT NULL,
  execution TEXT NOT NULL);

-- Stages that a person holds back, whatever is declared of them: PAUSED; or DRAINING, which works off
-- what was there when the event up_to was the newest, and is PAUSED then.
CREATE TABLE stage_holds (
  stage TEXT NOT NULL PRIMARY KEY,
  mode TEXT NOT NULL,
  up_to BIGINT NOT NULL,
  since BIGINT NOT NULL,
  by_whom TEXT NOT NULL,
  why TEXT NOT NULL);

-- The circuits of stages with a breaker: how many attempts failed softly with this code, one after
-- the other; open_until, once they were too many; probe, the execution that tries whether it works
-- again. One that is closed, and has no failure to count, is gone.
CREATE TABLE circuits (
  stage TEXT NOT NULL PRIMARY KEY,
  code TEXT NOT NULL,
  failures BIGINT NOT NULL,
  open_until BIGINT,
  probe TEXT);

-- Which execution took back what this one published; NULL while it stands.
ALTER TABLE executions ADD COLUMN rolled_back_by TEXT;
CREATE INDEX execution_outputs_by_snapshot ON execution_outputs (name, snapshot);

-- What teams, the owners of domains, may take of the servers; concurrency is NULL without a limit.
CREATE TABLE teams (
  name TEXT NOT NULL PRIMARY KEY,
  weight BIGINT NOT NULL,
  concurrency BIGINT);

-- Objects that stages are to process again; stage is empty for all of the pipeline, concurrency NULL
-- for that of each stage.
CREATE TABLE backfills (
  id TEXT NOT NULL PRIMARY KEY,
  domain TEXT NOT NULL,
  pipeline TEXT NOT NULL,
  stage TEXT NOT NULL,
  from_at BIGINT NOT NULL,
  to_at BIGINT NOT NULL,
  concurrency BIGINT,
  status TEXT NOT NULL,
  made_at BIGINT NOT NULL,
  made_by TEXT NOT NULL,
  ended_at BIGINT);
CREATE INDEX backfills_running ON backfills (id) WHERE status = 'RUNNING';
-- What one execution works on. Once it is sent: where its messages are (seq, first_message,
-- last_message); ended_at, when none of them was left, and how many were dead letters then.
CREATE TABLE backfill_parts (
  backfill TEXT NOT NULL,
  part BIGINT NOT NULL,
  stage TEXT NOT NULL,
  objects BIGINT NOT NULL,
  bytes BIGINT NOT NULL,
  seq BIGINT,
  first_message TEXT,
  last_message TEXT,
  ended_at BIGINT,
  dead_letters BIGINT NOT NULL,
  PRIMARY KEY (backfill, part));
CREATE TABLE backfill_items (
  backfill TEXT NOT NULL,
  part BIGINT NOT NULL,
  position BIGINT NOT NULL,
  object TEXT NOT NULL,
  version TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  bytes BIGINT NOT NULL,
  PRIMARY KEY (backfill, part, position));
