package io.hosu.events;

import io.hosu.store.Transaction;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Objects that groups of messages are put off for, though no message of theirs will be about them:
 * once the last of them has arrived, the group can be received again.
 */
public final class AwaitedObjects {
  private static final String CREATED = "Object Created";

  private AwaitedObjects() {}

  /**
   * Has a group that is put off called back once all these objects were created, counted from now.
   *
   * @param objects as {@code BUCKET/KEY}; they take the place of those that were awaited before
   */
  public static void put(Transaction tx, MessageGroups.Group group, Collection<String> objects) {
    forget(tx, group);
    tx.updateAll(
        "INSERT INTO awaited_objects (object, queue, group_key) VALUES (?, ?, ?)",
        objects.stream()
            .distinct()
            .map(object -> List.<Object>of(object, group.queue(), group.key()))
            .toList());
  }

  /** Awaits nothing for a group any more. */
  public static void forget(Transaction tx, MessageGroups.Group group) {
    tx.update(
        "DELETE FROM awaited_objects WHERE queue = ? AND group_key = ?",
        group.queue(),
        group.key());
  }

  static void forgetAll(Transaction tx, String queue) {
    tx.update("DELETE FROM awaited_objects WHERE queue = ?", queue);
  }

  /** Events are routed; returns the queues of which groups can be received because of them. */
  static Set<String> arrived(Transaction tx, Collection<LoggedEvent> events) {
    if (tx.find("SELECT object FROM awaited_objects LIMIT 1", row -> row.text("object"))
        .isEmpty()) {
      return Set.of();
    }
    Set<MessageGroups.Group> touched = new HashSet<>();
    events.stream()
        .filter(logged -> logged.event().detailType().equals(CREATED))
        .flatMap(logged -> Matcher.object(logged.event()).stream())
        .distinct()
        .forEach(object ->
            touched.addAll(
                tx.list(
                    "DELETE FROM awaited_objects WHERE object = ? RETURNING queue, group_key",
                    row -> new MessageGroups.Group(row.text("queue"), row.text("group_key")),
                    object)));
    touched.removeIf(group -> awaitsMore(tx, group));
    MessageGroups.changed(tx, touched);
    Set<String> queues = new HashSet<>();
    touched.forEach(group -> queues.add(group.queue()));
    return queues;
  }

  private static boolean awaitsMore(Transaction tx, MessageGroups.Group group) {
    return tx.number(
            "SELECT COUNT(*) FROM awaited_objects WHERE queue = ? AND group_key = ?",
            group.queue(),
            group.key())
        > 0;
  }
}
