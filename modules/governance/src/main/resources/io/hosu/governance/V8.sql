-- The keys of the vaults: of each domain at most one that is not destroyed. secret: encrypted under
-- the root key of the data directory; empty once it is destroyed.
CREATE TABLE vault_keys (
  id TEXT PRIMARY KEY,
  domain TEXT NOT NULL,
  secret {bytes} NOT NULL,
  created_at BIGINT NOT NULL,
  destroyed_at BIGINT
);
CREATE UNIQUE INDEX vault_keys_domain ON vault_keys (domain) WHERE destroyed_at IS NULL;

-- What tokens stand for. fingerprint: a hash of the value with the vault's key, in hexadecimal, by
-- which its token is found again. value: encrypted under that key.
CREATE TABLE vault_tokens (
  token TEXT PRIMARY KEY,
  key_id TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  value {bytes} NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX vault_tokens_value ON vault_tokens (key_id, fingerprint);

-- DETOKENIZE is about a domain, as a token belongs to the vault of one: on anything smaller it never
-- allowed anything.
UPDATE grants SET permissions =
  replace(replace(replace(permissions, '"DETOKENIZE",', ''), ',"DETOKENIZE"', ''), '"DETOKENIZE"', '')
WHERE (resource LIKE '%.%' ESCAPE '!') AND NOT (resource LIKE 'tag:%' ESCAPE '!');
DELETE FROM grants WHERE permissions = '[]';
DELETE FROM sessions WHERE policy LIKE '%DETOKENIZE%' ESCAPE '!';
