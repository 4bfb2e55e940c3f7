-- Events as people had corrected them when an execution worked on them, for it to be run again.
CREATE TABLE corrected_events (
  execution TEXT NOT NULL,
  message TEXT NOT NULL,
  event TEXT NOT NULL,
  original TEXT NOT NULL,
  PRIMARY KEY (execution, message));
