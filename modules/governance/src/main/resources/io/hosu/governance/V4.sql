-- seq: the place in the chain, without gaps. hash: over the hash of the record before and this one;
-- empty for the records from before there was a chain. columns: a JSON array. detail: a JSON object.
CREATE TABLE audit_chained (
  seq BIGINT PRIMARY KEY,
  time BIGINT NOT NULL,
  principal TEXT NOT NULL,
  person TEXT,
  door TEXT NOT NULL,
  address TEXT,
  credential TEXT,
  request TEXT NOT NULL,
  action TEXT NOT NULL,
  resource TEXT NOT NULL,
  columns TEXT,
  filter TEXT,
  masks TEXT,
  decision TEXT NOT NULL,
  grants TEXT,
  rows_given BIGINT,
  bytes_given BIGINT,
  detail TEXT NOT NULL,
  hash TEXT NOT NULL
);
INSERT INTO audit_chained
  (seq, time, principal, door, request, action, resource, decision, detail, hash)
SELECT row_number() OVER (ORDER BY id), time, principal, door, '', action, resource, decision, detail, ''
FROM audit_records;

-- The only row. begins: the first record of the chain. gone, gone_hash: the newest record that is
-- kept no more. last, last_hash: the newest record. seal: over all of them, with a key that is not
-- in this database; empty until the first record.
CREATE TABLE audit_chain (
  id BIGINT PRIMARY KEY,
  begins BIGINT NOT NULL,
  gone BIGINT NOT NULL,
  gone_hash TEXT NOT NULL,
  last BIGINT NOT NULL,
  last_hash TEXT NOT NULL,
  seal TEXT NOT NULL
);
INSERT INTO audit_chain (id, begins, gone, gone_hash, last, last_hash, seal)
SELECT 1, count(*) + 1, 0, '', count(*), '', '' FROM audit_chained;

DROP TABLE audit_records;
ALTER TABLE audit_chained RENAME TO audit_records;
CREATE INDEX audit_records_of ON audit_records (principal, seq);
