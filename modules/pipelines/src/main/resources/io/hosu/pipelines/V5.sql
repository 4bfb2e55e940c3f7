-- What an execution takes out of quarantine: the rows of a snapshot of a table that a condition is
-- true of (empty: all), but those of other stages (a JSON list), and how their texts are corrected (a
-- JSON list of SQL expressions, in order).
CREATE TABLE quarantine_redrives (
  execution TEXT NOT NULL PRIMARY KEY,
  table_name TEXT NOT NULL,
  snapshot BIGINT NOT NULL,
  condition TEXT NOT NULL,
  corrections TEXT NOT NULL,
  others TEXT NOT NULL,
  made_by TEXT NOT NULL,
  made_at BIGINT NOT NULL);

-- Whose records an execution published that took them out of quarantine: their rows go when the
-- rows of one of these are replaced.
CREATE TABLE quarantine_sources (
  execution TEXT NOT NULL,
  source TEXT NOT NULL,
  PRIMARY KEY (execution, source));
CREATE INDEX quarantine_sources_by_source ON quarantine_sources (source, execution);
