-- The log: append-only. seq is handed out by serial writes, so that events become visible in its order.
CREATE TABLE events (
  seq BIGINT PRIMARY KEY,
  id TEXT NOT NULL,
  source TEXT NOT NULL,
  detail_type TEXT NOT NULL,
  domain TEXT NOT NULL,
  time BIGINT NOT NULL,
  resources TEXT NOT NULL,
  detail TEXT NOT NULL,
  -- how many rules took it; NULL until it is routed
  matched BIGINT);
CREATE INDEX events_time ON events (time, seq);
CREATE INDEX events_unmatched ON events (seq) WHERE matched = 0;

CREATE TABLE rules (
  name TEXT NOT NULL PRIMARY KEY,
  domain TEXT NOT NULL,
  pattern TEXT NOT NULL,
  -- globs, as JSON: of what the pattern takes, the events about objects that one of them matches
  objects TEXT NOT NULL,
  queue TEXT NOT NULL,
  -- the newest event when the rule was made: it takes later ones
  after_seq BIGINT NOT NULL);

-- One row: the last routed event, and a number that each change of the rules moves on.
CREATE TABLE router (
  id BIGINT PRIMARY KEY,
  seq BIGINT NOT NULL,
  rules_version BIGINT NOT NULL);
INSERT INTO router (id, seq, rules_version) VALUES (1, 0, 0);

CREATE TABLE queues (
  name TEXT NOT NULL PRIMARY KEY);

CREATE TABLE messages (
  queue TEXT NOT NULL,
  seq BIGINT NOT NULL,
  id TEXT NOT NULL,
  event TEXT NOT NULL,
  sent_at BIGINT NOT NULL,
  visible_at BIGINT NOT NULL,
  receives BIGINT NOT NULL,
  redriven BIGINT NOT NULL,
  receipt TEXT,
  PRIMARY KEY (queue, seq, id));
CREATE INDEX messages_visible ON messages (queue, visible_at);
CREATE INDEX messages_receipt ON messages (receipt) WHERE receipt IS NOT NULL;

CREATE TABLE dead_letters (
  id TEXT NOT NULL PRIMARY KEY,
  queue TEXT NOT NULL,
  seq BIGINT NOT NULL,
  event TEXT NOT NULL,
  receives BIGINT NOT NULL,
  redriven BIGINT NOT NULL,
  buried_at BIGINT NOT NULL,
  code TEXT NOT NULL,
  what TEXT NOT NULL,
  remedy TEXT NOT NULL,
  object TEXT,
  line BIGINT,
  sample TEXT,
  execution TEXT);
CREATE INDEX dead_letters_queue ON dead_letters (queue, id);
CREATE INDEX dead_letters_execution ON dead_letters (execution) WHERE execution IS NOT NULL;
