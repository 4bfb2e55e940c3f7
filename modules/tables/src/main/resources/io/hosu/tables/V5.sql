-- names_known: 1 when the names that its columns ever had are kept with the policy.
ALTER TABLE tables ADD COLUMN names_known BIGINT NOT NULL DEFAULT 0;
