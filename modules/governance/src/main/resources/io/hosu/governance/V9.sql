-- Where the files of tables lie, those of dropped tables too: who reads them must be able to SELECT
-- all of the table. place: LAYER/DOMAIN/NAME/, which stays when a table is renamed. dropped_at: of a
-- table that is gone, whose files are kept for a while.
CREATE TABLE table_places (
  place TEXT PRIMARY KEY,
  table_name TEXT NOT NULL,
  dropped_at BIGINT
);
CREATE INDEX table_places_dropped ON table_places (dropped_at) WHERE dropped_at IS NOT NULL;
