-- What engines keep beside a namespace, which is a layer of a domain.
CREATE TABLE namespace_properties (
  domain TEXT NOT NULL,
  layer TEXT NOT NULL,
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (domain, layer, name)
);

-- Views as engines make them: for each the file with its current metadata. A view has no name that
-- a table has, which is made sure of where either gets one.
CREATE TABLE views (
  domain TEXT NOT NULL,
  layer TEXT NOT NULL,
  name TEXT NOT NULL,
  id TEXT NOT NULL,
  metadata_location TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  PRIMARY KEY (domain, layer, name)
);
CREATE UNIQUE INDEX views_id ON views (id);
