-- The only row says which project the server was found equal to last (hash of its files), by which
-- program, and what was declared and which columns tables had then (hashes): as long as all four
-- are the same, nothing of it has to be read or checked again.
CREATE TABLE applied_state (
  id BIGINT PRIMARY KEY,
  hash TEXT NOT NULL,
  program TEXT NOT NULL,
  declared TEXT NOT NULL,
  columns TEXT NOT NULL
);
