package io.hosu.objects;

import io.hosu.kernel.ObjectName;
import io.hosu.store.Transaction;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The objects of the lake as one transaction sees them, without files of tables: for the modules
 * that build on objects and have made their own decisions about who may do what.
 */
public final class CurrentObjects {
  private static final int KEYS_IN_ONE_STATEMENT = 400;
  private static final String CURRENT =
      ObjectRows.SELECT + "WHERE bucket = ? AND is_current = 1 AND kind = 'object' AND ";

  private CurrentObjects() {}

  /** The current versions of those that exist, by name. */
  public static Map<ObjectName, ObjectVersion> find(Transaction tx, Collection<ObjectName> names) {
    Map<ObjectName, ObjectVersion> found = HashMap.newHashMap(names.size());
    names.stream()
        .collect(Collectors.groupingBy(ObjectName::bucket))
        .forEach((bucket, inBucket) -> findIn(tx, bucket, inBucket, found));
    return found;
  }

  private static void findIn(
      Transaction tx, String bucket, List<ObjectName> names, Map<ObjectName, ObjectVersion> found) {
    for (int from = 0; from < names.size(); from += KEYS_IN_ONE_STATEMENT) {
      List<Object> args = new ArrayList<>();
      args.add(bucket);
      names.stream().skip(from).limit(KEYS_IN_ONE_STATEMENT).forEach(name -> args.add(name.key()));
      String marks = String.join(", ", Collections.nCopies(args.size() - 1, "?"));
      tx.list(CURRENT + "key IN (" + marks + ")", ObjectRows::version, args.toArray())
          .forEach(version -> found.put(version.name(), version));
    }
  }

  /** One version of an object, current or superseded, as long as it is kept. */
  public static Optional<ObjectVersion> findVersion(
      Transaction tx, ObjectName name, String version) {
    return tx.find(
        ObjectRows.SELECT + "WHERE bucket = ? AND key = ? AND version = ? AND kind = 'object'",
        ObjectRows::version,
        name.bucket(),
        name.key(),
        version);
  }

  /** The current versions of all whose keys begin with {@code prefix}, by key. */
  public static List<ObjectVersion> list(Transaction tx, String bucket, String prefix) {
    return tx.list(
        CURRENT + "key >= ? AND substr(key, 1, CAST(? AS INTEGER)) = ? ORDER BY key",
        ObjectRows::version,
        bucket,
        prefix,
        prefix.codePointCount(0, prefix.length()),
        prefix);
  }
}
