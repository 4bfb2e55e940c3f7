-- Messages of one group are worked on in their order, one batch after another; NULL for no group.
ALTER TABLE messages ADD COLUMN group_key TEXT;
-- What started an execution is shown with it.
CREATE INDEX events_id ON events (id);
