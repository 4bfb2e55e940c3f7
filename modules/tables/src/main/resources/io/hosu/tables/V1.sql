-- Iceberg's catalog: for each table the file with its current metadata.
CREATE TABLE tables (
  domain TEXT NOT NULL,
  layer TEXT NOT NULL,
  name TEXT NOT NULL,
  id TEXT NOT NULL,
  metadata_location TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  PRIMARY KEY (domain, layer, name)
);
CREATE UNIQUE INDEX tables_id ON tables (id);

-- What each commit did. Rows outlive a dropped table: they tell what was. number counts the
-- snapshots of one table from 1; execution is NULL when no stage made the snapshot.
CREATE TABLE snapshots (
  table_id TEXT NOT NULL,
  snapshot BIGINT NOT NULL,
  number BIGINT NOT NULL,
  committed_at BIGINT NOT NULL,
  operation TEXT NOT NULL,
  execution TEXT,
  principal TEXT NOT NULL,
  added_rows BIGINT NOT NULL,
  removed_rows BIGINT NOT NULL,
  total_rows BIGINT NOT NULL,
  added_files BIGINT NOT NULL,
  removed_files BIGINT NOT NULL,
  total_files BIGINT NOT NULL,
  added_bytes BIGINT NOT NULL,
  removed_bytes BIGINT NOT NULL,
  total_bytes BIGINT NOT NULL,
  PRIMARY KEY (table_id, snapshot)
);
CREATE UNIQUE INDEX snapshots_number ON snapshots (table_id, number);
CREATE UNIQUE INDEX snapshots_execution ON snapshots (execution, table_id);

-- From what a snapshot was made. kind: object (input is LAYER/KEY, version the object's) or table
-- (input is the table's name, version the snapshot's id).
CREATE TABLE lineage (
  table_id TEXT NOT NULL,
  snapshot BIGINT NOT NULL,
  kind TEXT NOT NULL,
  input TEXT NOT NULL,
  version TEXT NOT NULL,
  PRIMARY KEY (table_id, snapshot, kind, input, version)
);
CREATE INDEX lineage_input ON lineage (kind, input, version);
