-- Iceberg's number of each snapshot, by which files and rows know with which commit they came: it is
-- needed when the snapshot itself has expired. NULL where the metadata has it still, of old. And how
-- many rows bear it: others that the commit wrote anew keep the number that they had. NULL: all.
ALTER TABLE snapshots ADD COLUMN sequence BIGINT;
ALTER TABLE snapshots ADD COLUMN came_rows BIGINT;
