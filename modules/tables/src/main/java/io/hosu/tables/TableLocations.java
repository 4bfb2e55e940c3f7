package io.hosu.tables;

import io.hosu.governance.TablePlaces;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Ids;
import io.hosu.kernel.Names;
import io.hosu.kernel.ObjectName;
import io.hosu.kernel.TableName;
import io.hosu.objects.ObjectFiles;
import io.hosu.store.Database;
import io.hosu.store.Transaction;
import java.time.Instant;
import java.util.regex.Pattern;
import org.apache.iceberg.TableMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Where tables lie: {@code s3://layer/domain/table}, or the same with an ending where a table that
 * was renamed lies there. No two tables lie at one place, and none moves.
 */
final class TableLocations {
  private static final Pattern ENDING = Pattern.compile("-[0-9a-z-]{1,40}");

  private static final int MOST_FORGOTTEN = 20;

  private TableLocations() {}

  /** Where a table of this name lies, when nothing is in its way. */
  static String of(TableName name) {
    return "s3://%s/%s/%s".formatted(name.layer(), name.domain(), name.table());
  }

  /** Where the table lies that has this metadata file. */
  static String ofMetadata(String metadataLocation) {
    return metadataLocation.substring(0, metadataLocation.lastIndexOf("/metadata/"));
  }

  /** Where a new table of this name can lie. */
  static String free(Database database, TableName name, Ids ids) {
    return isFree(database, name, of(name)) ? of(name) : of(name) + "-" + ids.next();
  }

  /** Files that are left of a table of another name are not to become those of this one. */
  private static boolean isFree(Database database, TableName name, String location) {
    return database.read(tx ->
        CatalogRows.isNothingAt(tx, location)
            && TablePlaces.find(tx, ObjectName.ofLocation(location + "/"))
                .filter(last -> !last.equals(name))
                .isEmpty());
  }

  /** The place as the policy knows it, of the table that has this metadata file. */
  static ObjectName place(String metadataLocation) {
    return ObjectName.ofLocation(ofMetadata(metadataLocation) + "/");
  }

  /** From now on a table has this name that has this metadata file. */
  static void took(Transaction tx, TableName name, String metadataLocation) {
    if (!name.domain().equals(Names.SYSTEM)) {
      TablePlaces.put(tx, place(metadataLocation), name);
    }
  }

  /** A table was dropped. Places of others are forgotten where their files are gone by now. */
  static void left(Transaction tx, ObjectName place, Instant now) {
    TablePlaces.end(tx, place, now);
    for (ObjectName ended : TablePlaces.ended(tx, MOST_FORGOTTEN)) {
      if (ObjectFiles.isNothingUnder(tx, ended)) {
        TablePlaces.remove(tx, ended);
      } else {
        TablePlaces.end(tx, ended, now);
      }
    }
  }

  /**
   * Refuses metadata of a table that has another place than the table, or, for a new one, than it
   * may have.
   *
   * @throws Invalid {@link TablesError#LOCATION_FIXED}
   */
  static void require(
      Database database, TableName name, @Nullable TableMetadata current, TableMetadata changed) {
    String location = changed.location();
    if (current == null) {
      requireNew(database, name, location);
    } else if (!current.location().equals(location)) {
      throw fixed(name, location, current.location());
    }
  }

  /**
   * Refuses a place where a new table of this name cannot lie.
   *
   * @throws Invalid {@link TablesError#LOCATION_FIXED}
   */
  static void requireNew(Database database, TableName name, @Nullable String location) {
    if (location == null || !fits(name, location) || !isFree(database, name, location)) {
      throw fixed(name, location, of(name));
    }
  }

  private static boolean fits(TableName name, String location) {
    return location.startsWith(of(name))
        && (location.equals(of(name))
            || ENDING.matcher(location.substring(of(name).length())).matches());
  }

  private static Invalid fixed(TableName name, @Nullable String wanted, String is) {
    return new Invalid(
        TablesError.LOCATION_FIXED,
        "Table %s cannot lie at %s: the lake keeps it at %s.".formatted(name, wanted, is),
        "Leave the location out, or give that one; a name of its own may follow it, as in %s-2."
            .formatted(is));
  }
}
