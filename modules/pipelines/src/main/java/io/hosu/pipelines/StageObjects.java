package io.hosu.pipelines;

import io.hosu.kernel.ObjectName;
import io.hosu.store.Transaction;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The objects of the lake, as stages read them. */
interface StageObjects {

  /** The current versions of those that exist, by name. */
  Map<ObjectName, InputObject> current(Transaction tx, Collection<ObjectName> names);

  /** One version of an object, current or not, as long as its bytes are kept. */
  Optional<InputObject> version(Transaction tx, ObjectName name, String version);

  /** The bytes of an object, at most {@code most} of them. */
  byte[] bytes(InputObject object, int most);

  /** An object, and when its version was made. */
  record Dated(InputObject object, Instant createdAt) {
    static final Comparator<Dated> OLDEST_FIRST =
        Comparator.comparing(Dated::createdAt)
            .thenComparing(dated -> dated.object().version())
            .thenComparing(dated -> dated.object().text());
  }

  /**
   * The current version of every object that one of the globs matches and that was made from {@code
   * from} on and before {@code to}, the oldest first.
   */
  List<Dated> madeBetween(Transaction tx, Trigger.Objects globs, Instant from, Instant to);

  /** The current version of every object that one of the globs matches, by name. */
  List<InputObject> matching(Transaction tx, Trigger.Objects globs);
}
