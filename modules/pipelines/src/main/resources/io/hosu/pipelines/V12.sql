-- The declared crawler that made a stage; empty where a person had it made.
ALTER TABLE crawled_stages ADD COLUMN crawler TEXT NOT NULL DEFAULT '';

-- What crawlers propose for tables that objects do not fit. changes: columns with the types that
-- they would have, as a JSON array; stage: the stage that would load them, as JSON, or empty; file
-- and diff: the same as a change of a lake project.
CREATE TABLE crawler_proposals (
  id TEXT PRIMARY KEY,
  crawler TEXT NOT NULL,
  target TEXT NOT NULL,
  status TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  changes TEXT NOT NULL,
  stage TEXT NOT NULL,
  declared BIGINT NOT NULL,
  diff TEXT NOT NULL,
  execution TEXT NOT NULL,
  made_at BIGINT NOT NULL,
  decided_by TEXT NOT NULL,
  decided_at BIGINT,
  why TEXT NOT NULL);

CREATE INDEX crawler_proposals_open ON crawler_proposals (crawler, status);
