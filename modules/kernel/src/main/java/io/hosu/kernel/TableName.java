package io.hosu.kernel;

import static io.hosu.kernel.Names.requireName;

import io.hosu.kernel.HosuException.Invalid;
import java.util.Optional;

/**
 * The full name of a table: its domain, its layer, and its name there.
 *
 * <p>Written {@code aviation.stage.flights}; {@link #parse} reads back what {@link #toString}
 * prints.
 */
public record TableName(String domain, String layer, String table)
    implements Comparable<TableName> {
  private static final String QUARANTINE = "_quarantine";

  public TableName {
    requireName("domain", domain);
    requireName("layer", layer);
    requireName("table", table);
  }

  /**
   * Reads a full name of three words.
   *
   * @throws Invalid {@link KernelError#NAME_INVALID}
   */
  public static TableName parse(String text) {
    String[] words = text.split("\\.", -1);
    if (words.length != 3) {
      throw notTable(text);
    }
    return new TableName(words[0], words[1], words[2]);
  }

  /**
   * Reads a name as it is written inside {@code domain}: {@code layer.table}, or the full name.
   *
   * @throws Invalid {@link KernelError#NAME_INVALID}
   */
  public static TableName parseIn(String domain, String text) {
    String[] words = text.split("\\.", -1);
    return switch (words.length) {
      case 2 -> new TableName(domain, words[0], words[1]);
      case 3 -> new TableName(words[0], words[1], words[2]);
      default -> throw notTable(text);
    };
  }

  /** The table beside this one that keeps those of its records which could not be read. */
  public TableName quarantine() {
    return new TableName(domain, layer, table + QUARANTINE);
  }

  /** The table whose records this one keeps that could not be read; empty by any other name. */
  public Optional<TableName> quarantined() {
    return table.endsWith(QUARANTINE) && table.length() > QUARANTINE.length()
        ? Optional.of(
            new TableName(domain, layer, table.substring(0, table.length() - QUARANTINE.length())))
        : Optional.empty();
  }

  private static Invalid notTable(String text) {
    return new Invalid(
        KernelError.NAME_INVALID,
        "'%s' is not the name of a table.".formatted(text),
        "Write it as domain.layer.table, for example aviation.stage.flights.");
  }

  @Override
  public int compareTo(TableName other) {
    return toString().compareTo(other.toString());
  }

  @Override
  public String toString() {
    return domain + "." + layer + "." + table;
  }
}
