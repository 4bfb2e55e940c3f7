-- The events of executions that were started by more than the first ones, which trigger_events has.
CREATE TABLE execution_events (
  execution TEXT NOT NULL,
  position BIGINT NOT NULL,
  event TEXT NOT NULL,
  PRIMARY KEY (execution, position));
