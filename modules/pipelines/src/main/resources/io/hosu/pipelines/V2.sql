-- Up to which snapshot of a table a stage has read its changes, by its published executions.
CREATE TABLE stage_tables (
  stage TEXT NOT NULL,
  table_name TEXT NOT NULL,
  snapshot TEXT NOT NULL,
  execution TEXT NOT NULL,
  PRIMARY KEY (stage, table_name));
