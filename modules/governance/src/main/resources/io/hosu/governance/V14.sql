-- life: which of those that bore its name a principal is: whoever is made anew under an old name has
-- another, and nothing of what names the old one. unnamed_since: since when what names no life, as
-- it is from before there were any, is its own; NULL: nothing is.
ALTER TABLE principals ADD COLUMN life TEXT NOT NULL DEFAULT '';
ALTER TABLE principals ADD COLUMN unnamed_since BIGINT;
UPDATE principals SET life = 'first-' || name, unnamed_since = created_at;
CREATE UNIQUE INDEX principals_life ON principals (life);

-- Credentials are those of one life. Of none that is left, they end.
ALTER TABLE access_keys ADD COLUMN life TEXT NOT NULL DEFAULT '';
UPDATE access_keys SET life = 'first-' || principal;
ALTER TABLE tokens ADD COLUMN life TEXT NOT NULL DEFAULT '';
UPDATE tokens SET life = 'first-' || principal;
ALTER TABLE sessions ADD COLUMN role_life TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN person_life TEXT NOT NULL DEFAULT '';
UPDATE sessions SET role_life = 'first-' || role, person_life = 'first-' || person;

-- life: of who asked; empty: of one that is there no more.
ALTER TABLE access_requests ADD COLUMN life TEXT NOT NULL DEFAULT '';
UPDATE access_requests SET life = COALESCE((
  SELECT p.life FROM principals p
  WHERE lower(p.kind) || ':' || p.name = access_requests.principal
    AND p.created_at <= access_requests.made_at), '');

-- life: of who really acts; NULL of one that is not kept, and in records from before there were any.
ALTER TABLE audit_records ADD COLUMN life TEXT;
