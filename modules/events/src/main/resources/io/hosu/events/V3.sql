-- Messages of one group are worked on in their order, one batch after another; NULL for no group.
ALTER TABLE messages ADD COLUMN group_key TEXT;
-- What started an execution is shown with it.
CREATE INDEX events_id ON events (id);

-- What happened, where a person has corrected the event that is worked on; NULL where none did.
ALTER TABLE messages ADD COLUMN original TEXT;
ALTER TABLE dead_letters ADD COLUMN original TEXT;
ALTER TABLE dead_letters ADD COLUMN edited_by TEXT;
ALTER TABLE dead_letters ADD COLUMN edited_at BIGINT;
-- How the execution came to its end: its attempts, its first failure when it had others before the
-- last, and where the machine was when the failure was its own.
ALTER TABLE dead_letters ADD COLUMN attempts BIGINT;
ALTER TABLE dead_letters ADD COLUMN first_code TEXT;
ALTER TABLE dead_letters ADD COLUMN first_what TEXT;
ALTER TABLE dead_letters ADD COLUMN stack TEXT;

-- Each redrive of a message: what it had failed with, and who sent it again.
CREATE TABLE redrives (
  message TEXT NOT NULL,
  number BIGINT NOT NULL,
  redriven_at BIGINT NOT NULL,
  redriven_by TEXT NOT NULL,
  buried_at BIGINT NOT NULL,
  code TEXT NOT NULL,
  what TEXT NOT NULL,
  execution TEXT,
  edited_by TEXT,
  PRIMARY KEY (message, number));
CREATE INDEX redrives_time ON redrives (redriven_at);
CREATE INDEX messages_group ON messages (queue, group_key, seq, id) WHERE group_key IS NOT NULL;
CREATE INDEX messages_group_hidden ON messages (queue, group_key, visible_at)
  WHERE group_key IS NOT NULL;
-- Names of captures, or a path, as JSON: by what the messages of a rule are grouped; NULL: by nothing.
ALTER TABLE rules ADD COLUMN group_by TEXT;
-- Whether the messages of a queue have groups.
ALTER TABLE queues ADD COLUMN grouped BIGINT NOT NULL DEFAULT 0;
-- The groups of which a queue holds messages: the oldest event (head), and until when none of them
-- can be received, as one is being worked on (253370764800000: until it is over) or put off.
CREATE TABLE message_groups (
  queue TEXT NOT NULL,
  group_key TEXT NOT NULL,
  head BIGINT NOT NULL,
  hidden_until BIGINT NOT NULL,
  PRIMARY KEY (queue, group_key));
CREATE INDEX message_groups_head ON message_groups (queue, head, group_key)
  WHERE hidden_until < 253370764800000;

-- Events of the log sent once more to queues whose rules take them. cursor_seq is the last event
-- that was looked at, last_seq the last that is to be.
CREATE TABLE replays (
  id TEXT NOT NULL PRIMARY KEY,
  domain TEXT NOT NULL,
  stage TEXT NOT NULL,
  from_at BIGINT NOT NULL,
  to_at BIGINT NOT NULL,
  pattern TEXT,
  cursor_seq BIGINT NOT NULL,
  last_seq BIGINT NOT NULL,
  status TEXT NOT NULL,
  events BIGINT NOT NULL,
  messages BIGINT NOT NULL,
  made_at BIGINT NOT NULL,
  made_by TEXT NOT NULL,
  ended_at BIGINT);
CREATE INDEX replays_running ON replays (id) WHERE status = 'RUNNING';
-- The objects that a group of messages is put off for, though its own messages are not about them.
CREATE TABLE awaited_objects (
  object TEXT NOT NULL,
  queue TEXT NOT NULL,
  group_key TEXT NOT NULL,
  PRIMARY KEY (object, queue, group_key));
CREATE INDEX awaited_objects_group ON awaited_objects (queue, group_key);
