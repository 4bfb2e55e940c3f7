-- What people asked to be allowed, and what became of it. permissions: a JSON array. wanted_until:
-- how long it is wanted for. grant_id: the grant that was given for it, which may be gone by now.
CREATE TABLE access_requests (
  id TEXT PRIMARY KEY,
  principal TEXT NOT NULL,
  permissions TEXT NOT NULL,
  resource TEXT NOT NULL,
  why TEXT NOT NULL,
  wanted_until BIGINT NOT NULL,
  made_at BIGINT NOT NULL,
  status TEXT NOT NULL,
  decided_by TEXT,
  decided_at BIGINT,
  answer TEXT,
  grant_id TEXT
);
CREATE INDEX access_requests_of ON access_requests (principal, id);
CREATE INDEX access_requests_open ON access_requests (status, id);
