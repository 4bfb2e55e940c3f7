package io.hosu.tables;

import io.hosu.kernel.ObjectName;
import io.hosu.kernel.TableName;

/**
 * Something that a snapshot was made from.
 *
 * @param kind {@code object} or {@code table}
 * @param input the object, {@code LAYER/KEY}, or the table's name
 * @param version the object's version, or the table's snapshot id
 */
public record LineageInput(String kind, String input, String version) {
  static final String TABLE = "table";

  /** A version of an object. */
  public static LineageInput object(ObjectName name, String version) {
    return new LineageInput("object", name.toString(), version);
  }

  /** A snapshot of a table. */
  public static LineageInput table(TableName name, long snapshot) {
    return new LineageInput(TABLE, name.toString(), Long.toString(snapshot));
  }
}
