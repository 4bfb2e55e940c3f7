package io.hosu.query.worker;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import javax.xml.stream.XMLStreamException;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a workbook of Excel. The first row that has a value names the columns, where all that
 * it has are texts, each once. Sheets that are shown and have the same columns are read one after
 * the other.
 */
final class ExcelRecords {
  private final ExcelBook book;
  private final JsonLines out;
  private final long most;

  private ExcelRecords(ExcelBook book, JsonLines out, long most) {
    this.book = book;
    this.out = out;
    this.most = most;
  }

  /**
   * Writes the records, at most {@code most} of them.
   *
   * @return whether these are all
   * @throws Unreadable when it is broken, or its sheets are several tables
   */
  static boolean write(ExcelSource source, JsonLines out, long most) throws IOException {
    try {
      return new ExcelRecords(ExcelBook.open(source), out, most).write();
    } catch (XMLStreamException e) {
      if (e.getNestedException() instanceof IOException cause) {
        throw cause;
      }
      throw new Unreadable("a part of the workbook is broken: " + Unreadable.line(e));
    }
  }

  /** A sheet that has a value, with its columns by their places; without a header they are none. */
  private record Table(ExcelBook.Sheet sheet, Map<Integer, String> columns) {}

  private boolean write() throws IOException, XMLStreamException {
    List<Table> tables = new ArrayList<>();
    for (ExcelBook.Sheet sheet : book.sheets()) {
      List<Map<Integer, Object>> first = new ArrayList<>();
      rows(sheet, row -> !first.add(row));
      if (!first.isEmpty()) {
        tables.add(new Table(sheet, header(first.getFirst())));
      }
    }
    for (Table table : tables) {
      if (!table.columns().equals(tables.getFirst().columns())) {
        throw new Unreadable(
            "its sheets '%s' and '%s' have other columns: put each sheet as an object of its own"
                .formatted(tables.getFirst().sheet().name(), table.sheet().name()));
      }
    }
    for (Table table : tables) {
      if (!write(table)) {
        return false;
      }
    }
    return true;
  }

  private boolean write(Table table) throws IOException, XMLStreamException {
    boolean[] isHeader = {!table.columns().isEmpty()};
    boolean[] all = {true};
    rows(
        table.sheet(),
        row -> {
          if (isHeader[0]) {
            isHeader[0] = false;
            return true;
          }
          all[0] = out.records() < most;
          if (all[0]) {
            out.write(record(table.columns(), row));
          }
          return all[0];
        });
    return all[0];
  }

  private static Map<String, @Nullable Object> record(
      Map<Integer, String> columns, Map<Integer, Object> row) {
    Map<String, @Nullable Object> record = new LinkedHashMap<>();
    columns.forEach((place, name) -> record.put(name, row.get(place)));
    row.forEach((place, value) -> {
      if (!columns.containsKey(place)) {
        record.put(free(record.keySet(), "column" + place), value);
      }
    });
    return record;
  }

  private static String free(Set<String> names, String wanted) {
    String name = wanted;
    for (int n = 1; names.contains(name); n++) {
      name = wanted + "_" + n;
    }
    return name;
  }

  /** The names of the columns, if the row has them. */
  private static Map<Integer, String> header(Map<Integer, Object> row) {
    Map<Integer, String> names = new TreeMap<>();
    Set<String> seen = new HashSet<>();
    for (Map.Entry<Integer, Object> cell : row.entrySet()) {
      String text = cell.getValue() instanceof ExcelRows.Text(String it) ? it.strip() : "";
      if (text.isEmpty() || !seen.add(text.toLowerCase(Locale.ROOT))) {
        return Map.of();
      }
      names.put(cell.getKey(), text);
    }
    return names;
  }

  /** What is done with a row. */
  @FunctionalInterface
  private interface RowReader {
    /** Takes a row; whether another is wanted. */
    boolean take(Map<Integer, Object> row) throws IOException;
  }

  /** The rows of a sheet that have a value: the values by the places of their columns. */
  private void rows(ExcelBook.Sheet sheet, RowReader reader)
      throws IOException, XMLStreamException {
    book.source().part(sheet.part(), part -> rows(part, reader));
  }

  private void rows(InputStream part, RowReader reader) throws IOException, XMLStreamException {
    ExcelRows rows = new ExcelRows(book, part);
    for (Map<Integer, Object> row = rows.next(); row != null; row = rows.next()) {
      if (!reader.take(row)) {
        return;
      }
    }
  }

  /** A number in a cell. */
  static @Nullable BigDecimal number(String text) {
    try {
      BigDecimal number = new BigDecimal(text.strip());
      return Math.abs(number.scale()) > 400 || number.precision() > 400 ? null : number;
    } catch (NumberFormatException _) {
      return null;
    }
  }
}
