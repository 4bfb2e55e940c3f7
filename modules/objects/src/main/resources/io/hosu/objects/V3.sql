-- Which servers read files of tables, and from when on what was needed is to stay: the time at
-- which the longest of their readers began. It holds until a server says it anew, or is gone.
CREATE TABLE file_readers (
  server TEXT PRIMARY KEY,
  oldest BIGINT NOT NULL,
  until BIGINT NOT NULL
);
