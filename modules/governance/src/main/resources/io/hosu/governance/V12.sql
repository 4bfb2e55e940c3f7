-- The groups that somebody made, by command or in the lake project. Others are there because a
-- principal belongs to them.
CREATE TABLE principal_groups (
  name TEXT PRIMARY KEY,
  source TEXT NOT NULL,
  created_at BIGINT NOT NULL
);
