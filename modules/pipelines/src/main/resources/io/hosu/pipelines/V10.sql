-- A stage that was dropped leaves the lines of what it processed behind where it added rows to a
-- table, marked so: an object counts as not processed for the next stage of its name, but its rows
-- give way to those that it brings then.
ALTER TABLE stage_inputs ADD COLUMN earlier_life BIGINT NOT NULL DEFAULT 0;
