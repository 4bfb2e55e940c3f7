package io.hosu.tables.iceberg;

import io.hosu.governance.Authentication;
import io.hosu.governance.Caller;
import io.hosu.governance.NameUses;
import io.hosu.governance.Permission;
import io.hosu.governance.Policy;
import io.hosu.governance.Resource;
import io.hosu.http.Call;
import io.hosu.kernel.HosuException.Denied;
import io.hosu.kernel.TableName;
import io.hosu.store.Transaction;
import io.hosu.tables.TablePointer;
import io.hosu.tables.TableUses;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.rest.requests.RenameTableRequest;

/**
 * Tables and views as engines rename them, and which may have another name. What grants, tags and
 * datasets say of one by its name they would not say of it under the other: columns would be in the
 * clear that were hidden; and stages would make a table of the old name again, or fail.
 */
final class Renames {
  private final Warehouses warehouses;
  private final Readers readers;
  private final Policy policy;
  private final Once once;
  private final TableUses uses;

  Renames(Warehouses warehouses, Readers readers, Policy policy, Once once, TableUses uses) {
    this.warehouses = warehouses;
    this.readers = readers;
    this.policy = policy;
    this.once = once;
    this.uses = uses;
  }

  /** Gives something another name. */
  @FunctionalInterface
  interface Renaming {
    void rename(Transaction tx, TableName from, TableName to);
  }

  /**
   * Renames what the request names. Under its new name other people may see it: who renames it must
   * see it all itself.
   *
   * @param named the name in a domain
   * @param known refuses what the caller may not know of
   * @param seen the permission by which it is seen
   */
  void answer(
      Call call,
      BiFunction<String, TableIdentifier, TableName> named,
      BiConsumer<Call, TableName> known,
      Permission seen,
      Renaming renaming)
      throws IOException {
    Asked asked = Asked.of(call);
    RenameTableRequest request = asked.read(RenameTableRequest.class);
    String domain = warehouses.domain(call);
    TableName from = named.apply(domain, request.source());
    Caller caller = Authentication.caller(call);
    Consumer<Transaction> refusal = uses.refusalToRename(from, caller.principal());
    once.runWith(
        asked,
        () -> {
          known.accept(call, from);
          TableName to = warehouses.newName(call, domain, request.destination());
          readers.requireWhole(caller, from);
          policy.require(caller, seen, Resource.of(from));
          policy.requireWithin(caller, Permission.DROP, Resource.of(from));
          policy.requireWithin(caller, Permission.CREATE_TABLE, Resource.of(to));
          return to;
        },
        (tx, to) -> {
          renaming.rename(tx, from, to);
          refusal.accept(tx);
          require(tx, from, to);
        });
    call.sendNothing();
  }

  /**
   * Refuses a name that takes something out of what is said of it. Asked in the transaction that
   * renames, after it did: what is said of the old name from then on waits for its end.
   *
   * @throws Denied {@link IcebergError#NAME_IN_USE}
   */
  private static void require(Transaction tx, TableName from, TableName to) {
    requireNoQuarantine(tx, from, to);
    List<String> uses = new ArrayList<>(NameUses.of(tx, from));
    if (!uses.isEmpty()) {
      throw new Denied(
          IcebergError.NAME_IN_USE,
          "%s cannot be renamed to %s: %s of it, or of one of its columns, is by its name, and would not hold under the other."
              .formatted(from, to, String.join(" and ", uses)),
          "Have who may GRANT there give it for the new name, and take away what is by the old one"
              + " (hosu grants list, hosu tags list %s, datasets/ of the lake project)."
                  .formatted(from));
    }
    List<String> left =
        from.layer().equals(to.layer())
            ? List.of()
            : NameUses.ofLayer(tx, from.domain(), from.layer());
    if (!left.isEmpty()) {
      throw new Denied(
          IcebergError.NAME_IN_USE,
          "%s cannot be renamed to %s: %s of %s.%s would not hold in another layer."
              .formatted(from, to, String.join(" and ", left), from.domain(), from.layer()),
          "Keep it in its layer, or make a table in the other one and fill it from this one.");
    }
  }

  /** What quotes the records of a table is told by its name, as is the table that it quotes. */
  private static void requireNoQuarantine(Transaction tx, TableName from, TableName to) {
    boolean isOne = Stream.of(from, to).anyMatch(name -> name.quarantined().isPresent());
    boolean hasOne =
        Stream.of(from, to).anyMatch(name -> TablePointer.of(tx, name.quarantine()).isPresent());
    if (isOne || hasOne) {
      throw new Denied(
          IcebergError.NAME_IN_USE,
          "%s cannot be renamed to %s: a quarantine quotes records of the table whose name it has before _quarantine, and is shown to who may read all of that."
              .formatted(from, to),
          isOne
              ? "Leave it its name: hosu redrive knows it by that."
              : "Redrive what is in the quarantine and drop it, then rename the table.");
    }
  }
}
