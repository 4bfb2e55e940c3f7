-- Tables that were set back to an earlier snapshot (0: to before their first): each is a commit of
-- its own, counted with the snapshots, and came and went as much as the two differ.
CREATE TABLE rollbacks (
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
  PRIMARY KEY (table_id, number)
);

-- Everything that was done to the rows of tables.
CREATE VIEW commits AS
  SELECT table_id, snapshot, number, committed_at, operation, execution, principal, added_rows,
    removed_rows, total_rows, added_files, removed_files, total_files, added_bytes, removed_bytes,
    total_bytes FROM snapshots
  UNION ALL
  SELECT table_id, snapshot, number, committed_at, operation, execution, principal, added_rows,
    removed_rows, total_rows, added_files, removed_files, total_files, added_bytes, removed_bytes,
    total_bytes FROM rollbacks;
