ALTER TABLE access_keys ADD COLUMN expires_at BIGINT;
ALTER TABLE access_keys ADD COLUMN disabled BIGINT NOT NULL DEFAULT 0;

-- name: for people; '' when it has none. scope: by which doors and in which domains, as JSON.
ALTER TABLE tokens ADD COLUMN name TEXT NOT NULL DEFAULT '';
ALTER TABLE tokens ADD COLUMN scope TEXT NOT NULL DEFAULT '{}';
ALTER TABLE tokens ADD COLUMN disabled BIGINT NOT NULL DEFAULT 0;
