-- Who answers for a table, besides the owner of its domain: what is searched, as the description is.
ALTER TABLE table_schemas ADD COLUMN owner TEXT NOT NULL DEFAULT '';
