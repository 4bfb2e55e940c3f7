package io.hosu.tables.iceberg;

import io.hosu.governance.Authentication;
import io.hosu.governance.Caller;
import io.hosu.governance.Decision;
import io.hosu.governance.Permission;
import io.hosu.governance.Policy;
import io.hosu.governance.Resource;
import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.HosuException.Denied;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Instants;
import io.hosu.kernel.TableName;
import io.hosu.store.Database;
import io.hosu.store.Transaction;
import io.hosu.tables.CommitBeside;
import io.hosu.tables.CommitContext;
import io.hosu.tables.NamedObjects;
import io.hosu.tables.OpenCatalog;
import io.hosu.tables.PreparedUpdates;
import io.hosu.tables.TableUpdate;
import io.hosu.tables.TableUpdate.Effect;
import io.hosu.tables.TablesError;
import io.hosu.tables.iceberg.AnsweredRequests.Done;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.iceberg.MetadataUpdate;

/**
 * Publishes what engines ask for, when the caller may do what it really does: rights, commits,
 * events, audit and the answer to keep are one transaction. May be used from any thread.
 */
final class Publishing {
  private static final int TRIES = 5;

  /** How far the clock of an engine may be ahead. */
  private static final Duration AHEAD = Duration.ofMinutes(10);

  private final Database database;
  private final OpenCatalog catalog;
  private final Policy policy;
  private final AnsweredRequests answered;
  private final InstantSource clock;

  Publishing(
      Database database,
      OpenCatalog catalog,
      Policy policy,
      AnsweredRequests answered,
      InstantSource clock) {
    this.database = database;
    this.catalog = catalog;
    this.policy = policy;
    this.answered = answered;
    this.clock = clock;
  }

  /**
   * Publishes {@code updates} together, unless this request did so before.
   *
   * @throws Denied when the caller may not do what one of them does
   * @throws Conflict when a requirement of one does not hold
   * @throws Invalid when a snapshot is of a time that is still to come
   */
  Done publish(Asked asked, List<TableUpdate> updates) {
    Caller caller = Authentication.caller(asked.call());
    updates.forEach(update -> {
      requireSome(caller, update.table());
      update.updates().forEach(one -> requireCome(update.table(), one));
    });
    return updates.size() == 1 && OpenCatalog.isAppend(updates.getFirst())
        ? append(asked, updates.getFirst())
        : publish(asked, () -> catalog.prepare(context(caller), updates));
  }

  /**
   * No commit may be of an earlier time than the one before, so this would be the last for long.
   */
  private void requireCome(TableName table, MetadataUpdate update) {
    if (update instanceof MetadataUpdate.AddSnapshot added) {
      Instant made = Instant.ofEpochMilli(added.snapshot().timestampMillis());
      if (made.isAfter(clock.instant().plus(AHEAD))) {
        throw new Invalid(
            TablesError.COMMIT_INVALID,
            "The commit to table %s was made at %s, and it is %s."
                .formatted(table, Instants.print(made), Instants.print(clock.instant())),
            "Set the clock of the engine right, and commit again.");
      }
    }
  }

  private Done append(Asked asked, TableUpdate update) {
    CommitContext context = context(Authentication.caller(asked.call()));
    return untilFirst(
        asked,
        () -> {
          try {
            return done(catalog.append(context, update, beside(asked, update.table())));
          } catch (Conflict e) {
            // The same request may have been done meanwhile, and then has its answer.
            throw answered.find(asked).isPresent() ? new LostRace(e) : e;
          }
        });
  }

  private CommitBeside beside(Asked asked, TableName table) {
    Caller caller = Authentication.caller(asked.call());
    return new CommitBeside() {
      @Override
      public void allow(Set<Effect> effects) {
        requireAll(caller, table, effects);
      }

      @Override
      public void publish(Transaction tx, String location) {
        caller.trail().keepIn(tx);
        answered.keep(tx, asked, done(location));
      }
    };
  }

  private static Done done(String location) {
    return new Done(List.of(location));
  }

  private void requireAll(Caller caller, TableName table, Set<Effect> effects) {
    effects.forEach(
        effect -> policy.requireWithin(caller, effect.permission(), Resource.of(table)));
  }

  /** Who put an object may name it in a commit, and who may read it where it lies. */
  static NamedObjects named(Policy policy, Caller caller) {
    return (object, putBy) -> {
      if (!putBy.equals(caller.principal().name())) {
        policy.requireWithin(caller, Permission.READ_OBJECTS, Resource.of(object));
      }
    };
  }

  static CommitContext context(Caller caller) {
    return CommitContext.of(caller.principal().name());
  }

  /** Publishes what {@code preparing} prepares, anew when another server was first. */
  Done publish(Asked asked, Supplier<PreparedUpdates> preparing) {
    return untilFirst(
        asked,
        () -> {
          try (PreparedUpdates prepared = preparing.get()) {
            return publish(asked, prepared);
          }
        });
  }

  private Done untilFirst(Asked asked, Supplier<Done> publishing) {
    for (int i = 1; true; i++) {
      var before = answered.find(asked);
      if (before.isPresent()) {
        return before.get();
      }
      try {
        return publishing.get();
      } catch (LostRace e) {
        if (i == TRIES) {
          throw e.conflict;
        }
      }
    }
  }

  private Done publish(Asked asked, PreparedUpdates prepared) {
    Caller caller = Authentication.caller(asked.call());
    for (TableName table : prepared.tables()) {
      requireAll(caller, table, prepared.effects(table));
    }
    Done done =
        new Done(
            prepared.tables().stream()
                .map(table -> prepared.after(table).metadataFileLocation())
                .toList());
    try {
      return database.write(tx -> {
        caller.trail().keepIn(tx);
        prepared.publish(tx);
        answered.keep(tx, asked, done);
        return done;
      });
    } catch (Conflict e) {
      throw e.code() == TablesError.TABLE_CHANGED ? new LostRace(e) : e;
    }
  }

  /** Who may do nothing to a table does not learn what would have been wrong with the commit. */
  private void requireSome(Caller caller, TableName table) {
    boolean some =
        Stream.of(Permission.INSERT, Permission.DELETE, Permission.ALTER, Permission.CREATE_TABLE)
            .anyMatch(permission ->
                policy.decide(caller.principal(), permission, Resource.of(table))
                    instanceof Decision.Allowed);
    if (!some) {
      policy.require(caller, Permission.INSERT, Resource.of(table));
    }
  }

  /** Another server published between preparing and publishing. */
  private static final class LostRace extends RuntimeException {
    private final transient Conflict conflict;

    LostRace(Conflict conflict) {
      super(conflict);
      this.conflict = conflict;
    }
  }
}
