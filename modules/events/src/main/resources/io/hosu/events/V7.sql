-- V7
-- What a sender calls an event is once among those of a source on one bus: another bus is another's.
DROP INDEX events_sender;
CREATE UNIQUE INDEX events_sender ON events (domain, source, sender_id) WHERE sender_id IS NOT NULL;
