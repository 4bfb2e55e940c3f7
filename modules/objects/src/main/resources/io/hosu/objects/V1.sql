CREATE TABLE buckets (
  name TEXT PRIMARY KEY,
  created_at BIGINT NOT NULL
);

-- One row for each version of each object. kind: object | table_file | delete_marker.
-- At most one version of a key is current; none is when the object is deleted.
CREATE TABLE objects (
  bucket TEXT NOT NULL,
  key TEXT NOT NULL,
  version TEXT NOT NULL,
  kind TEXT NOT NULL,
  blob TEXT,
  size BIGINT NOT NULL,
  etag TEXT NOT NULL,
  sha256 TEXT,
  checksum TEXT,
  headers TEXT NOT NULL,
  metadata TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  principal TEXT NOT NULL,
  is_current BIGINT NOT NULL,
  superseded_at BIGINT,
  PRIMARY KEY (bucket, key, version)
);
CREATE UNIQUE INDEX objects_current ON objects (bucket, key) WHERE is_current = 1;
CREATE INDEX objects_blob ON objects (blob);
CREATE INDEX objects_superseded ON objects (superseded_at) WHERE is_current = 0;

-- version: the one that the upload became, once it is complete.
CREATE TABLE uploads (
  id TEXT PRIMARY KEY,
  bucket TEXT NOT NULL,
  key TEXT NOT NULL,
  headers TEXT NOT NULL,
  metadata TEXT NOT NULL,
  checksum_algorithm TEXT,
  checksum_form TEXT,
  created_at BIGINT NOT NULL,
  principal TEXT NOT NULL,
  version TEXT
);
CREATE INDEX uploads_key ON uploads (bucket, key, id);

CREATE TABLE upload_parts (
  upload TEXT NOT NULL,
  part BIGINT NOT NULL,
  blob TEXT NOT NULL,
  size BIGINT NOT NULL,
  etag TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  checksum TEXT,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (upload, part)
);
CREATE INDEX upload_parts_blob ON upload_parts (blob);
