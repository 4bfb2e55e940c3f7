-- trust: who may act as a role, a JSON array of grantees. tags: for people, a JSON object.
ALTER TABLE principals ADD COLUMN trust TEXT NOT NULL DEFAULT '[]';
ALTER TABLE principals ADD COLUMN tags TEXT NOT NULL DEFAULT '{}';

-- What somebody does as a role for a while. id: of the access key. secret: encrypted under the root
-- key of the data directory. token_hash, security_token_hash: SHA-256 in hexadecimal of the bearer
-- token and of what goes with the access key. scope: as tokens have it. policy: JSON, NULL for none.
CREATE TABLE sessions (
  id TEXT PRIMARY KEY,
  role TEXT NOT NULL,
  person TEXT NOT NULL,
  secret {bytes} NOT NULL,
  token_hash TEXT NOT NULL,
  security_token_hash TEXT NOT NULL,
  scope TEXT NOT NULL,
  policy TEXT,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  last_used_at BIGINT
);
CREATE UNIQUE INDEX sessions_token ON sessions (token_hash);
CREATE INDEX sessions_role ON sessions (role, id);
CREATE INDEX sessions_person ON sessions (person);
CREATE INDEX sessions_end ON sessions (expires_at);
