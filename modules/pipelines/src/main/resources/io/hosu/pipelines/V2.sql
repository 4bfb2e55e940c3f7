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
