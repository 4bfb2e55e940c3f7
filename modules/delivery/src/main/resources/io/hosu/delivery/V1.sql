-- What was applied, newest last. files: path to text, as a JSON object.
CREATE TABLE applied_projects (
  id TEXT PRIMARY KEY,
  lake TEXT NOT NULL,
  hash TEXT NOT NULL,
  principal TEXT NOT NULL,
  applied_at BIGINT NOT NULL,
  changes BIGINT NOT NULL,
  files TEXT NOT NULL
);

-- What is declared of domains and tables and kept nowhere else: kind DOMAIN or TABLE.
CREATE TABLE declarations (
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  spec TEXT NOT NULL,
  PRIMARY KEY (kind, name)
);
