-- Where a message is that was sent again: its queue, and its place there.
ALTER TABLE redrives ADD COLUMN queue TEXT NOT NULL DEFAULT '';
ALTER TABLE redrives ADD COLUMN seq BIGINT NOT NULL DEFAULT 0;
