-- The names that columns of tables bear and bore, of those tables alone where a column was renamed,
-- is gone, or shares a name with another: elsewhere a name means the column that has it. field: its
-- id in Iceberg's schemas; parent: of the field that it lies in, -1: of none. name: in small
-- letters. since, ended: the versions of the policy between which it bore the name; a name that it
-- bears has no end. table_name is empty when the table is gone.
CREATE TABLE column_names (
  table_id TEXT NOT NULL,
  table_name TEXT NOT NULL,
  field BIGINT NOT NULL,
  parent BIGINT NOT NULL,
  name TEXT NOT NULL,
  since BIGINT NOT NULL,
  ended BIGINT,
  PRIMARY KEY (table_id, field, name, since)
);
CREATE INDEX column_names_table ON column_names (table_name);

-- given: the version of the policy with which they came; names of columns are read as of then.
ALTER TABLE grants ADD COLUMN given BIGINT NOT NULL DEFAULT 0;
ALTER TABLE tags ADD COLUMN given BIGINT NOT NULL DEFAULT 0;
