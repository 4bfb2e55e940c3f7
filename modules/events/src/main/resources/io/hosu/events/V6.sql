-- Dead letters by the event that they are about: a replay brings events of which there are some.
CREATE INDEX dead_letters_seq ON dead_letters (queue, seq);
