package io.hosu.events;

import io.hosu.kernel.Event;
import java.util.Optional;
import java.util.Set;

/**
 * What somebody may see of what is told of stages, where that quotes records or names tables. For
 * one thread.
 */
public interface RecordSight {
  /** Everything. */
  RecordSight ALL =
      new RecordSight() {
        @Override
        public Optional<LeftOut> samples(String queue) {
          return Optional.empty();
        }

        @Override
        public Optional<LeftOut> cause(String queue, String code) {
          return Optional.empty();
        }

        @Override
        public Event event(Event event) {
          return event;
        }

        @Override
        public String queue(String queue) {
          return queue;
        }

        @Override
        public Set<String> hiddenReaders() {
          return Set.of();
        }

        @Override
        public RecordSight known() {
          return this;
        }
      };

  /** Why the records that the stage of {@code queue} works on are not shown; empty: they are. */
  Optional<LeftOut> samples(String queue);

  /** Why the sentences of a failure of that stage are not shown; empty: they are. */
  Optional<LeftOut> cause(String queue, String code);

  /** The event without what it tells of tables and failures that may not be known. */
  Event event(Event event);

  /** The name of a queue without that of a table which may not be known. */
  String queue(String queue);

  /** The queues of those stages whose records are events, and may not be seen. */
  Set<String> hiddenReaders();

  /** The same, which asks the state database nothing more: it can be used within a transaction. */
  RecordSight known();
}
