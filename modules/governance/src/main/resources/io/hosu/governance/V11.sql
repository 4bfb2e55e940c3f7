-- Which services are engines that keep to the limits of tables by themselves.
ALTER TABLE principals ADD COLUMN keeps_limits BIGINT NOT NULL DEFAULT 0;
