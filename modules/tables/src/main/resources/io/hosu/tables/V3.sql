-- Requests of engines outside that carried an idempotency key and were done: one that comes again
-- is answered, not done again. hash: of what was asked. result: the metadata files that it made, a
-- JSON list.
CREATE TABLE answered_requests (
  principal TEXT NOT NULL,
  idempotency_key TEXT NOT NULL,
  hash TEXT NOT NULL,
  result TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (principal, idempotency_key)
);
CREATE INDEX answered_requests_age ON answered_requests (created_at);
