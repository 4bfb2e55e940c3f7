-- What each attempt used and what its engine said, line by line; where the files are that an execution
-- added, as a JSON array.
ALTER TABLE attempts ADD COLUMN cpu_ms BIGINT NOT NULL DEFAULT 0;
ALTER TABLE attempts ADD COLUMN log TEXT NOT NULL DEFAULT '';
ALTER TABLE execution_outputs ADD COLUMN paths TEXT NOT NULL DEFAULT '[]';
