-- The stages that crawlers made; a lake project that does not declare them leaves them alone.
CREATE TABLE crawled_stages (
  stage TEXT PRIMARY KEY,
  place TEXT NOT NULL,
  target TEXT NOT NULL,
  principal TEXT NOT NULL,
  crawled_at BIGINT NOT NULL);
