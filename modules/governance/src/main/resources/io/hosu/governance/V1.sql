-- kind: USER | ROLE | SERVICE. source: git, cli, built-in, or stage:NAME of the stage it belongs to.
CREATE TABLE principals (
  name TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  administrator BIGINT NOT NULL,
  member_of TEXT NOT NULL,
  attributes TEXT NOT NULL,
  source TEXT NOT NULL,
  created_at BIGINT NOT NULL
);

-- secret: encrypted under the root key of the data directory.
CREATE TABLE access_keys (
  id TEXT PRIMARY KEY,
  principal TEXT NOT NULL,
  secret {bytes} NOT NULL,
  created_at BIGINT NOT NULL,
  last_used_at BIGINT
);
CREATE INDEX access_keys_principal ON access_keys (principal);

-- hash: SHA-256 of the token's text in hexadecimal.
CREATE TABLE tokens (
  id TEXT PRIMARY KEY,
  principal TEXT NOT NULL,
  hash TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT,
  last_used_at BIGINT
);
CREATE UNIQUE INDEX tokens_hash ON tokens (hash);
CREATE INDEX tokens_principal ON tokens (principal);

-- One row for each source, grantee and resource.
CREATE TABLE grants (
  id TEXT PRIMARY KEY,
  grantee TEXT NOT NULL,
  permissions TEXT NOT NULL,
  resource TEXT NOT NULL,
  source TEXT NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX grants_place ON grants (source, grantee, resource);

CREATE TABLE domains (
  name TEXT PRIMARY KEY,
  owner TEXT NOT NULL,
  description TEXT NOT NULL
);

-- The only row counts the changes of grants and domains, so that every server notices them.
CREATE TABLE policy_versions (
  id BIGINT PRIMARY KEY,
  version BIGINT NOT NULL
);
INSERT INTO policy_versions (id, version) VALUES (1, 1);

CREATE TABLE audit_records (
  id TEXT PRIMARY KEY,
  time BIGINT NOT NULL,
  principal TEXT NOT NULL,
  door TEXT NOT NULL,
  action TEXT NOT NULL,
  resource TEXT NOT NULL,
  decision TEXT NOT NULL,
  detail TEXT NOT NULL
);
CREATE INDEX audit_records_time ON audit_records (time, id);
CREATE INDEX audit_records_principal ON audit_records (principal, id);
