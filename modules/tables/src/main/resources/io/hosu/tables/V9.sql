-- Domains that are clones of others. dropped_at: when the clone was dropped, of which files are left;
-- until they are gone who may read there is a matter of the source still.
CREATE TABLE clones (
  domain TEXT NOT NULL,
  source TEXT NOT NULL,
  principal TEXT NOT NULL,
  cloned_at BIGINT NOT NULL,
  dropped_at BIGINT,
  PRIMARY KEY (domain, source)
);

-- The tables of clones by their own id, with where they lie, and the table and the snapshot that
-- they were cloned from; snapshot is NULL where that table had none. Rows outlive both tables.
CREATE TABLE cloned_tables (
  table_id TEXT NOT NULL PRIMARY KEY,
  domain TEXT NOT NULL,
  place TEXT NOT NULL,
  source_id TEXT NOT NULL,
  source_table TEXT NOT NULL,
  source_snapshot BIGINT
);
CREATE INDEX cloned_tables_source ON cloned_tables (source_id);
CREATE INDEX cloned_tables_domain ON cloned_tables (domain);
