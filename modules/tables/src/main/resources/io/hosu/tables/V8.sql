-- What columns tables had, each time that these or the description changed, from 1 for each table.
-- columns: a JSON list of {name, type, nullable, description}, which is also what is searched.
CREATE TABLE table_schemas (
  table_id TEXT NOT NULL,
  number BIGINT NOT NULL,
  schema_id BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  principal TEXT NOT NULL,
  execution TEXT,
  description TEXT NOT NULL,
  columns TEXT NOT NULL,
  PRIMARY KEY (table_id, number)
);
