-- The groups of a principal that its credentials claimed when it last signed in with a provider, a
-- JSON array, and when that was.
ALTER TABLE principals ADD COLUMN claimed TEXT NOT NULL DEFAULT '[]';
ALTER TABLE principals ADD COLUMN claimed_at BIGINT;
