package io.hosu.query.engine;

import java.util.List;

/**
 * What was found out about objects of one shape: hand it back with the next batch, and objects of
 * the same shape need no looking at. An object that does not fit is looked at afresh.
 *
 * @param format the format of the objects
 * @param delimiter what stands between fields; empty for other formats than delimited text
 * @param columns the columns of the objects, in the objects' order
 */
public record ReadHint(FileFormat format, String delimiter, List<Column> columns) {
  public ReadHint {
    columns = List.copyOf(columns);
  }
}
