-- identity: who of an OIDC provider it is, ISSUER/SUBJECT, as its attribute oidc says; NULL for none.
ALTER TABLE principals ADD COLUMN identity TEXT;
CREATE INDEX principals_identity ON principals (identity);

-- claimed: the groups of the person that the credentials claimed with which it began, a JSON array.
ALTER TABLE sessions ADD COLUMN claimed TEXT NOT NULL DEFAULT '[]';
