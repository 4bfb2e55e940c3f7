-- The place of the table that has an object of a client among its files, LAYER/DOMAIN/TABLE/; the
-- object stays where and what it is, and cannot be changed meanwhile. NULL: no table has.
ALTER TABLE objects ADD COLUMN in_place TEXT;

CREATE INDEX objects_in_place ON objects (in_place) WHERE in_place IS NOT NULL;
