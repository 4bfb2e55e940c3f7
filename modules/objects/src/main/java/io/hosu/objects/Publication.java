package io.hosu.objects;

import io.hosu.governance.Caller;
import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.HosuException.Denied;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.Ids;
import io.hosu.kernel.ObjectName;
import io.hosu.store.Transaction;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/** The one place where versions of objects become visible, and cease to be. */
final class Publication {
  private final InstantSource clock;
  private final Ids ids;
  private final ObjectEvents events;

  Publication(InstantSource clock, Ids ids, ObjectEvents events) {
    this.clock = clock;
    this.ids = ids;
    this.events = events;
  }

  /** What becomes visible, and why. */
  record Draft(ObjectName name, Content content, Attributes attributes, String reason) {}

  /**
   * Makes {@code draft} the current version of its key, with its event.
   *
   * @throws NotFound {@link ObjectsError#BUCKET_NOT_FOUND}
   * @throws Conflict {@link ObjectsError#PRECONDITION_FAILED}
   * @throws Denied {@link ObjectsError#TABLE_FILE_PROTECTED}
   */
  ObjectVersion publish(Transaction tx, Caller caller, Draft draft, Precondition precondition) {
    requirePossible(tx, draft.name(), precondition);
    requireOwn(caller, ObjectRows.findCurrent(tx, draft.name()));
    Instant now = clock.instant();
    ObjectRows.supersede(tx, draft.name(), now);
    ObjectVersion version =
        new ObjectVersion(
            draft.name(),
            ids.next(),
            draft.content(),
            draft.attributes(),
            now,
            caller.principal().name(),
            false,
            "");
    ObjectRows.insert(tx, version);
    events.created(tx, caller, version, draft.reason());
    return version;
  }

  /**
   * Marks an object as deleted, with its event.
   *
   * @return the marker's version; empty when there was no object
   * @throws Denied {@link ObjectsError#TABLE_FILE_PROTECTED}
   */
  Optional<String> delete(Transaction tx, Caller caller, ObjectName name) {
    Optional<ObjectVersion> current = ObjectRows.findCurrent(tx, name);
    if (current.isEmpty()) {
      return Optional.empty();
    }
    requireNoTableFile(current.get());
    requireOwn(caller, current);
    Instant now = clock.instant();
    String marker = ids.next();
    ObjectRows.supersede(tx, name, now);
    ObjectRows.insertMarker(tx, name, marker, now, caller.principal().name());
    events.deleted(tx, caller, name, marker);
    return Optional.of(marker);
  }

  /** Refuses what could not be published now: asked before bytes are taken, and again after. */
  void requirePossible(Transaction tx, ObjectName name, Precondition precondition) {
    Buckets.require(tx, name.bucket());
    Optional<ObjectVersion> current = ObjectRows.findCurrent(tx, name);
    current.ifPresent(Publication::requireNoTableFile);
    switch (precondition) {
      case Precondition.None() -> {}
      case Precondition.Absent() -> {
        if (current.isPresent()) {
          throw failed("An object %s exists.".formatted(name));
        }
      }
      case Precondition.Matches(String etag) -> requireMatch(name, current, etag);
    }
  }

  private static void requireMatch(ObjectName name, Optional<ObjectVersion> current, String etag) {
    if (current.isEmpty()) {
      throw Objects.notFound(name);
    }
    if (!etag.equals("*") && !etag.equals(current.get().etag())) {
      throw failed("Object %s has another entity tag than %s.".formatted(name, etag));
    }
  }

  private static void requireOwn(Caller caller, Optional<ObjectVersion> current) {
    current.ifPresent(version -> Access.requireOwn(caller, version));
  }

  private static void requireNoTableFile(ObjectVersion current) {
    if (current.tableFile()) {
      throw new Denied(
          ObjectsError.TABLE_FILE_PROTECTED,
          "%s is a file of a table, which only commits to the table change."
              .formatted(current.name()),
          "Change the table by SQL or a stage; see it with: hosu tables list");
    }
    if (!current.inPlace().isEmpty()) {
      throw new Denied(
          ObjectsError.TABLE_FILE_PROTECTED,
          "%s is a file of a table, which reads it where it lies.".formatted(current.name()),
          "It can be changed again once no snapshot of the table has it, or the table is dropped;"
              + " see the tables with: hosu tables list");
    }
  }

  private static Conflict failed(String what) {
    return new Conflict(
        ObjectsError.PRECONDITION_FAILED, what, "Read the object again, then decide.");
  }
}
