-- The stages of which executions lie in the Iceberg table of older executions.
CREATE TABLE archived_stages (
  domain TEXT NOT NULL,
  pipeline TEXT NOT NULL,
  stage TEXT NOT NULL,
  PRIMARY KEY (domain, pipeline, stage));
