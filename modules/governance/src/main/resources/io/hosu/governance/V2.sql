-- effect: ALLOW or DENY. terms: what narrows it, as JSON; {} when nothing does.
-- place: SHA-256 of all that makes two grants of a source the same grant.
ALTER TABLE grants ADD COLUMN effect TEXT NOT NULL DEFAULT 'ALLOW';
ALTER TABLE grants ADD COLUMN terms TEXT NOT NULL DEFAULT '{}';
ALTER TABLE grants ADD COLUMN place TEXT NOT NULL DEFAULT '';
UPDATE grants SET place = id;
DROP INDEX grants_place;
CREATE UNIQUE INDEX grants_place ON grants (source, place);

-- Administrators are no longer readers of data by that: those that there are keep it by a grant.
INSERT INTO grants (id, grantee, permissions, resource, source, created_at, effect, terms, place)
SELECT 'data-of-' || name, lower(kind) || ':' || name,
  '["SELECT","INSERT","DELETE","READ_OBJECTS","WRITE_OBJECTS","DETOKENIZE"]', 'lake', 'built-in',
  created_at, 'ALLOW', '{}', 'data-of-' || name
FROM principals WHERE administrator = 1;

-- source: git or cli.
CREATE TABLE tags (
  resource TEXT NOT NULL,
  tag TEXT NOT NULL,
  value TEXT NOT NULL,
  source TEXT NOT NULL,
  PRIMARY KEY (resource, tag)
);

-- In which dataset of its domain a table is.
CREATE TABLE dataset_tables (
  table_name TEXT PRIMARY KEY,
  dataset TEXT NOT NULL
);

-- What changed with each of the last versions. kind: grant, tag, domain, dataset.
CREATE TABLE policy_changes (
  version BIGINT PRIMARY KEY,
  kind TEXT NOT NULL,
  name TEXT NOT NULL
);
