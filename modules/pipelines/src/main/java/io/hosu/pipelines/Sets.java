package io.hosu.pipelines;

import io.hosu.events.EventLog;
import io.hosu.events.Message;
import io.hosu.kernel.Glob;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.ObjectName;
import io.hosu.store.Transaction;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;

/**
 * Finds the set of objects that messages are about, as it is in the lake now: an object that came
 * long ago counts as much as one that has just come. May be used from any thread.
 */
final class Sets {
  private final StageObjects objects;
  private final EventLog events;

  Sets(StageObjects objects, EventLog events) {
    this.objects = objects;
    this.events = events;
  }

  /**
   * The set that messages of one group are about.
   *
   * @param messages at least one
   * @throws Invalid {@link PipelinesError#MANIFEST_INVALID} when a manifest cannot be read
   */
  ObjectSet of(Transaction tx, StageSpec stage, Trigger.OfSets on, List<Message> messages) {
    return switch (on) {
      case Trigger.All all -> ofGlobs(tx, all, messages);
      case Trigger.Manifest manifest -> listed(tx, stage, manifest, messages);
    };
  }

  private ObjectSet ofGlobs(Transaction tx, Trigger.All all, List<Message> messages) {
    List<EventObject> named = named(messages);
    Optional<SequencedMap<String, String>> key =
        named.stream().flatMap(object -> all.keyOf(object.name()).stream()).findFirst();
    if (key.isEmpty()) {
      return new ObjectSet("", List.of());
    }
    List<ObjectName> names =
        all.globs().stream().map(glob -> ObjectName.parse(Glob.of(glob).fill(key.get()))).toList();
    Map<ObjectName, InputObject> current = objects.current(tx, names);
    Set<String> told = new HashSet<>();
    named.forEach(object -> told.add(object.version()));
    List<ObjectSet.Member> members = new ArrayList<>();
    for (ObjectName name : names) {
      InputObject object = current.get(name);
      // One whose message has not come yet is not there yet, or it would start the set again.
      boolean comes =
          object != null
              && !told.contains(object.version())
              && events.announces(tx, object.version());
      members.add(new ObjectSet.Member(name, true, comes ? null : object, null));
    }
    return new ObjectSet(text(key.get()), members);
  }

  /** A key as people read it, and as the group of its messages is called. */
  private static String text(SequencedMap<String, String> key) {
    return String.join(
        "/", key.entrySet().stream().map(one -> one.getKey() + "=" + one.getValue()).toList());
  }

  private ObjectSet listed(
      Transaction tx, StageSpec stage, Trigger.Manifest on, List<Message> messages) {
    List<EventObject> named = named(messages);
    if (named.isEmpty()) {
      return new ObjectSet("", List.of());
    }
    ObjectName name = named.getLast().name();
    InputObject manifest = objects.current(tx, List.of(name)).get(name);
    if (manifest == null) {
      return new ObjectSet(name.toString(), List.of());
    }
    List<Manifest.Entry> entries =
        Manifest.read(
            manifest.name(), objects.bytes(manifest, Manifest.MOST_BYTES), stage.name(), on);
    Map<ObjectName, InputObject> current =
        objects.current(tx, entries.stream().map(Manifest.Entry::name).toList());
    return new ObjectSet(
        name.toString(),
        entries.stream().map(entry -> entry.member(current.get(entry.name()))).toList());
  }

  private static List<EventObject> named(List<Message> messages) {
    return messages.stream().flatMap(message -> EventObject.of(message.event()).stream()).toList();
  }
}
