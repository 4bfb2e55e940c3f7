package io.hosu.pipelines;

import io.hosu.governance.TablePlaces;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.ObjectName;
import io.hosu.kernel.TableName;
import io.hosu.pipelines.ColumnEdge.End;
import io.hosu.pipelines.ColumnEdge.Kind;
import io.hosu.pipelines.OutsideRun.Dataset;
import io.hosu.pipelines.OutsideRun.Named;
import io.hosu.store.Transaction;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** What of a lake the names mean by which other systems call what they read and write. */
final class OutsideNames {
  private static final Pattern S3 = Pattern.compile("s3[an]?://([^/]+)/?");

  private final Transaction tx;
  private final Set<String> layers;
  private final Predicate<TableName> seen;

  /**
   * As somebody may know it.
   *
   * @param layers whose objects there are
   * @param seen of which tables it may be known where they lie
   */
  OutsideNames(Transaction tx, Set<String> layers, Predicate<TableName> seen) {
    this.tx = tx;
    this.layers = layers;
    this.seen = seen;
  }

  /** What a dataset is, by its own name or another that it has. */
  End of(Dataset dataset) {
    End own = of(dataset.named());
    return own.kind() != Kind.OUTSIDE
        ? own
        : dataset.links().stream()
            .map(this::of)
            .filter(end -> end.kind() != Kind.OUTSIDE)
            .findFirst()
            .orElse(own);
  }

  /** What a name means: a table, an object of the lake, or something elsewhere. */
  End of(Named named) {
    return inLake(named)
        .or(() -> inStore(named))
        .orElseGet(() -> new End(Kind.OUTSIDE, named.toString(), ColumnEdge.ALL));
  }

  /** As the lake itself names its tables. */
  private static Optional<End> inLake(Named named) {
    if (!named.namespace().equals(OpenLineage.NAMESPACE)) {
      return Optional.empty();
    }
    try {
      return Optional.of(table(TableName.parse(named.name())));
    } catch (Invalid _) {
      return Optional.empty();
    }
  }

  private static End table(TableName name) {
    return new End(Kind.TABLE, name.toString(), ColumnEdge.ALL);
  }

  private Optional<End> inStore(Named named) {
    var bucket = S3.matcher(named.namespace());
    if (!bucket.matches() || !layers.contains(bucket.group(1))) {
      return Optional.empty();
    }
    String key = named.name().replaceFirst("^/+", "");
    return Optional.of(
        at(bucket.group(1), key)
            .map(OutsideNames::table)
            .orElseGet(() -> new End(Kind.OBJECTS, bucket.group(1) + "/" + key, ColumnEdge.ALL)));
  }

  /** The table that lies there: in a folder of its own in that of its domain. */
  private Optional<TableName> at(String layer, String key) {
    List<String> folders = List.of(key.split("/", -1));
    if (folders.size() < 2 || folders.get(0).isEmpty() || folders.get(1).isEmpty()) {
      return Optional.empty();
    }
    ObjectName place = new ObjectName(layer, "%s/%s/".formatted(folders.get(0), folders.get(1)));
    return TablePlaces.find(tx, place).filter(seen);
  }
}
