-- Whether the lake project declares the layer of a bucket: others come and go by the Iceberg door,
-- and are none of what is compared with the project.
ALTER TABLE buckets ADD COLUMN is_declared INTEGER NOT NULL DEFAULT 1;
