package io.hosu.pipelines;

import io.hosu.events.Message;
import io.hosu.kernel.Event;
import io.hosu.kernel.ObjectName;
import io.hosu.store.Database;
import io.hosu.store.Transaction;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds out which objects an execution reads, on one state of the lake: those of its messages, or
 * all that match where the target is overwritten; without those that are gone, were replaced, or
 * whose bytes were processed before. For an overwritten target the ledger says what is in it: an
 * object that left the table is new when it comes back.
 */
final class Inputs {
  private static final int NOTES = 5;

  private final Database database;
  private final StageObjects objects;
  private final Sets sets;

  Inputs(Database database, StageObjects objects, Sets sets) {
    this.database = database;
    this.objects = objects;
    this.sets = sets;
  }

  /**
   * What an execution reads.
   *
   * @param objects in the order in which they count: a later one wins over an earlier one
   * @param events what a stage over events reads, oldest first; none for every other
   * @param redrive the records out of quarantine that are read instead of objects
   * @param nothingToDo whether there is no reason to run at all
   * @param note why some were left out; null when none was
   * @param entries what the ledger says once the execution is published
   * @param found what it said before
   * @param replaces the executions whose rows give way to those of these objects
   */
  record Resolved(
      List<InputObject> objects,
      List<Event> events,
      Optional<Redrive> redrive,
      boolean nothingToDo,
      @Nullable String note,
      List<StageInputs.Entry> entries,
      Map<String, StageInputs.Entry> found,
      List<String> replaces) {
    Resolved {
      objects = List.copyOf(objects);
      events = List.copyOf(events);
      entries = List.copyOf(entries);
      replaces = List.copyOf(replaces);
    }

    /** What nothing has to give way to. */
    Resolved(
        List<InputObject> objects,
        List<Event> events,
        boolean nothingToDo,
        @Nullable String note,
        List<StageInputs.Entry> entries,
        Map<String, StageInputs.Entry> found) {
      this(objects, events, Optional.empty(), nothingToDo, note, entries, found, List.of());
    }

    /** No object and no event: the SQL reads tables. */
    static Resolved tablesAlone() {
      return new Resolved(List.of(), List.of(), false, null, List.of(), Map.of());
    }

    /** Records out of quarantine, which the ledger says nothing of. */
    static Resolved of(Redrive redrive) {
      return new Resolved(
          List.of(), List.of(), Optional.of(redrive), false, null, List.of(), Map.of(), List.of());
    }

    /** Nothing, and why. */
    static Resolved nothing(String note) {
      return new Resolved(List.of(), List.of(), true, note, List.of(), Map.of());
    }

    /** The same reasons to run, over other objects. */
    Resolved reading(List<InputObject> others, @Nullable String why) {
      return new Resolved(others, events, others.isEmpty(), why, entries, found);
    }

    /** These events; without any there is nothing to do. */
    static Resolved of(List<Event> events) {
      return new Resolved(List.of(), events, events.isEmpty(), null, List.of(), Map.of());
    }

    /**
     * The same, as the whole of what a table holds: what was in it and is not chosen leaves it, and
     * without any object it becomes empty.
     */
    Resolved inPlaceOfAll(String execution) {
      Set<String> chosen = objects.stream().map(InputObject::text).collect(Collectors.toSet());
      Map<String, StageInputs.Entry> after = new LinkedHashMap<>();
      entries.forEach(entry -> after.put(entry.object(), entry));
      for (StageInputs.Entry before : found.values()) {
        if (before.isProcessed() && !chosen.contains(before.object())) {
          StageInputs.Entry last = after.getOrDefault(before.object(), before);
          after.put(before.object(), last.unprocessed(execution));
        }
      }
      return new Resolved(objects, events, false, note, List.copyOf(after.values()), found);
    }

    long bytes() {
      return objects.stream().mapToLong(InputObject::bytes).sum();
    }
  }

  Resolved resolve(Claim claim) {
    return database.read(tx -> new Resolution(tx, claim).resolve());
  }

  /** One resolution under way. */
  private final class Resolution {
    private final Transaction tx;
    private final Claim claim;
    private final List<String> notes = new ArrayList<>();
    private int leftOut;

    Resolution(Transaction tx, Claim claim) {
      this.tx = tx;
      this.claim = claim;
    }

    Resolved resolve() {
      Optional<Redrive> redrive = RedriveRows.find(tx, claim.execution());
      if (redrive.isPresent()) {
        Redrive.requirePossible(claim.stage());
        return Resolved.of(redrive.get());
      }
      ChangedTrigger.requireTaken(claim);
      if (claim.stage().readsTablesAlone()) {
        return Resolved.tablesAlone();
      }
      return claim.stage().readsEvents()
          ? Resolved.of(events())
          : EarlierVersions.replaced(tx, objects, claim, resolveObjects());
    }

    private List<Event> events() {
      return claim.messages().stream()
          .sorted(Comparator.comparingLong(Message::seq))
          .map(Message::event)
          .toList();
    }

    private Resolved resolveObjects() {
      Map<ObjectName, EventObject> named = namedByMessages();
      Set<ObjectName> deleted = deletedByMessages();
      Map<ObjectName, InputObject> current = objects.current(tx, named.keySet());
      deleted.removeAll(objects.current(tx, deleted).keySet());
      Map<String, StageInputs.Entry> found = ledger(texts(named.keySet()));
      EditedMessages.requireTaken(claim, current);
      List<InputObject> fresh = fresh(named, current, found);
      if (claim.stage().on() instanceof Trigger.OfSets on && !fresh.isEmpty()) {
        return ofSet(on, resolved(fresh, named, found), named);
      }
      if (claim.stage().on().source() instanceof Trigger.Objects globs && readsAll()) {
        return fresh.isEmpty() && deleted.isEmpty() && !claim.messages().isEmpty()
            ? resolved(List.of(), named, found)
            : all(globs, fresh, named);
      }
      return resolved(fresh, named, found);
    }

    /** The whole of a set of which some objects are new. */
    private Resolved ofSet(Trigger.OfSets on, Resolved fresh, Map<ObjectName, EventObject> named) {
      ObjectSet set = sets.of(tx, claim.stage(), on, claim.messages());
      if (!set.isComplete()) {
        String lacks = Causes.lacking(set);
        switch (on.patience().partial()) {
          case FAIL -> throw Causes.incomplete(claim.stage(), set);
          case SKIP -> {
            return Resolved.nothing("Skipped: %s.".formatted(lacks));
          }
          case RUN -> leaveOut(lacks);
        }
      }
      set.passedOver().forEach(one -> leaveOut(one + " is not there, and not mandatory"));
      return switch (on) {
        case Trigger.All _ -> {
          Set<ObjectName> names = new HashSet<>(named.keySet());
          set.there().forEach(object -> names.add(object.name()));
          yield resolved(set.there(), named, ledger(texts(names)));
        }
        case Trigger.Manifest _ -> fresh.reading(set.there(), note());
      };
    }

    private boolean readsAll() {
      return claim.overwrites() || claim.messages().isEmpty();
    }

    private Map<ObjectName, EventObject> namedByMessages() {
      Map<ObjectName, EventObject> named = new LinkedHashMap<>();
      claim.messages().stream()
          .sorted(Comparator.comparingLong(Message::seq))
          .flatMap(message -> EventObject.of(message.event()).stream())
          .forEach(object -> {
            named.remove(object.name());
            named.put(object.name(), object);
          });
      return named;
    }

    /** The objects whose deletion is a reason to overwrite the table. */
    private Set<ObjectName> deletedByMessages() {
      return !(claim.overwrites() && claim.stage().on().source() instanceof Trigger.Objects globs)
          ? new HashSet<>()
          : claim.messages().stream()
              .flatMap(message -> EventObject.deleted(message.event()).stream())
              .map(EventObject::name)
              .filter(name -> globs.matches(name.toString()))
              .collect(Collectors.toCollection(HashSet::new));
    }

    private List<InputObject> fresh(
        Map<ObjectName, EventObject> named,
        Map<ObjectName, InputObject> current,
        Map<String, StageInputs.Entry> found) {
      Set<ObjectName> again = countingAsNew();
      List<InputObject> fresh = new ArrayList<>();
      for (EventObject event : named.values()) {
        InputObject object = current.get(event.name());
        if (!isWaitedFor(event)) {
          leaveOut(event.name() + " is none of those that the stage waits for now");
        } else if (object == null) {
          leaveOut(event.name() + " was deleted");
        } else if (!event.version().isEmpty() && !event.version().equals(object.version())) {
          leaveOut(event.name() + " was replaced by a later version");
        } else if (!again.contains(event.name()) && isProcessed(object, found)) {
          leaveOut(event.name() + " has the bytes that were processed before");
        } else {
          fresh.add(object);
        }
      }
      return fresh;
    }

    private Set<ObjectName> countingAsNew() {
      return claim.messages().stream()
          .map(Message::event)
          .filter(Again::countsAsNew)
          .flatMap(event -> EventObject.of(event).stream())
          .map(EventObject::name)
          .collect(Collectors.toSet());
    }

    /** A message may have come by the globs of an earlier declaration. */
    private boolean isWaitedFor(EventObject event) {
      return !(claim.stage().on().source() instanceof Trigger.Objects globs)
          || globs.matches(event.name().toString());
    }

    private boolean isProcessed(InputObject object, Map<String, StageInputs.Entry> found) {
      StageInputs.Entry entry = found.get(object.text());
      // An overwritten table goes without what was kept out, however often it was processed before.
      return claim.stage().input().reprocess() == Reprocess.CHANGED
          && entry != null
          && entry.hasProcessed(object)
          && !(claim.overwrites() && entry.keepsOut(object));
    }

    /**
     * All objects that match; by hand into a table that keeps its rows, those not processed yet.
     */
    private Resolved all(
        Trigger.Objects globs, List<InputObject> fresh, Map<ObjectName, EventObject> named) {
      Set<String> ofMessages = fresh.stream().map(InputObject::text).collect(Collectors.toSet());
      List<InputObject> matching = objects.matching(tx, globs);
      Map<String, StageInputs.Entry> found = StageInputs.all(tx, claim.stage().name());
      List<InputObject> chosen = new ArrayList<>();
      for (InputObject object : matching) {
        StageInputs.Entry entry = found.get(object.text());
        if (entry != null && entry.keepsOut(object) && !ofMessages.contains(object.text())) {
          leaveOut(object.text() + " stays out until it succeeds by itself");
        } else if (isWanted(object, entry, ofMessages)) {
          chosen.add(object);
        }
      }
      Resolved resolved = resolved(chosen, named, found);
      return claim.overwrites() ? resolved.inPlaceOfAll(claim.id()) : resolved;
    }

    private boolean isWanted(
        InputObject object, StageInputs.@Nullable Entry entry, Set<String> ofMessages) {
      boolean processed = entry != null && entry.hasProcessed(object);
      if (!claim.overwrites()) {
        return !processed || claim.stage().input().reprocess() == Reprocess.ALWAYS;
      }
      // Where one of many objects is guilty, only those count of which it is known that it is not.
      boolean narrow = claim.execution().origin().by() == Execution.By.SPLIT;
      return !narrow || processed || ofMessages.contains(object.text());
    }

    private Resolved resolved(
        List<InputObject> chosen,
        Map<ObjectName, EventObject> named,
        Map<String, StageInputs.Entry> found) {
      Map<String, StageInputs.Entry> entries = new LinkedHashMap<>();
      for (InputObject object : chosen) {
        StageInputs.Entry before = found.get(object.text());
        if (before == null || !before.hasProcessed(object) || named.containsKey(object.name())) {
          entries.put(
              object.text(),
              new StageInputs.Entry(
                  object.text(), object.version(), object.sha256(), claim.id(), null));
        }
      }
      for (EventObject event : named.values()) {
        StageInputs.Entry before = found.get(event.name().toString());
        if (before != null && event.version().equals(before.asideVersion())) {
          entries.putIfAbsent(before.object(), before.letIn());
        }
      }
      return new Resolved(
          chosen, List.of(), chosen.isEmpty(), note(), List.copyOf(entries.values()), found);
    }

    private Map<String, StageInputs.Entry> ledger(Collection<String> names) {
      return StageInputs.find(tx, claim.stage().name(), names);
    }

    private void leaveOut(String why) {
      leftOut++;
      if (notes.size() < NOTES) {
        notes.add(why);
      }
    }

    private @Nullable String note() {
      if (leftOut == 0) {
        return null;
      }
      String more = leftOut > notes.size() ? "; and %d more".formatted(leftOut - NOTES) : "";
      return "Left out: " + String.join("; ", notes) + more + ".";
    }
  }

  private static Set<String> texts(Collection<ObjectName> names) {
    return names.stream().map(ObjectName::toString).collect(Collectors.toSet());
  }
}
