-- What a sender calls an event (its id is once among those of a source), and when it says it was.
ALTER TABLE events ADD COLUMN sender_id TEXT;
ALTER TABLE events ADD COLUMN sender_time BIGINT;
CREATE UNIQUE INDEX events_sender ON events (source, sender_id) WHERE sender_id IS NOT NULL;

-- What fires by time. next_tick is the moment that comes next, next_at when it fires for it (NULL:
-- never again); last_tick is the last moment it fired for.
CREATE TABLE schedules (
  name TEXT NOT NULL PRIMARY KEY,
  domain TEXT NOT NULL,
  expression TEXT NOT NULL,
  zone TEXT NOT NULL,
  start_at BIGINT,
  end_at BIGINT,
  jitter_millis BIGINT NOT NULL,
  catch_up TEXT NOT NULL,
  made_at BIGINT NOT NULL,
  next_tick BIGINT,
  next_at BIGINT,
  last_tick BIGINT);
CREATE INDEX schedules_next ON schedules (next_at);
