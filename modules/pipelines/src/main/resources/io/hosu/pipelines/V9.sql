-- The only row says which server does the upkeep of tables, and until when it may: another one
-- takes its turn when the time is over.
CREATE TABLE upkeep_turn (
  id BIGINT PRIMARY KEY,
  server TEXT NOT NULL,
  until BIGINT NOT NULL
);
INSERT INTO upkeep_turn (id, server, until) VALUES (1, '', 0);
