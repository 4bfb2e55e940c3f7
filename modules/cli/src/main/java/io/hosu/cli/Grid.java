package io.hosu.cli;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Rows under headers, aligned. On a terminal, columns that are too wide for it are cut; elsewhere
 * nothing is.
 *
 * <p>Rows beyond the first {@value #MEASURED} are printed as they come, with the widths of those
 * before, so that a long answer needs no memory. Belongs to one thread.
 */
final class Grid {
  private static final int MEASURED = 1000;
  private static final int NARROWEST = 8;
  private static final String GAP = "  ";

  private final PrintStream out;
  private final Screen screen;
  private final List<String> headers;
  private final boolean[] right;
  private final List<String[]> waiting = new ArrayList<>();
  private int[] widths = {};
  private long rows;

  /**
   * A grid with these headers.
   *
   * @param right which columns stand at the right
   */
  Grid(Terminal terminal, List<String> headers, boolean[] right) {
    this.out = terminal.out();
    this.screen = terminal.screen();
    this.headers = List.copyOf(headers);
    this.right = right.clone();
  }

  /** Adds a row of as many cells as there are headers. */
  void add(String... cells) {
    String[] safe = Arrays.stream(cells).map(Width::printable).toArray(String[]::new);
    rows++;
    if (widths.length == 0) {
      waiting.add(safe);
      if (waiting.size() == MEASURED) {
        begin();
      }
    } else {
      line(safe, false);
    }
  }

  /** Prints what is not printed yet. */
  void end() {
    if (widths.length == 0) {
      begin();
    }
  }

  /** How many rows were added. */
  long rows() {
    return rows;
  }

  private void begin() {
    widths = measured();
    if (screen.output()) {
      fit(widths);
    }
    line(headers.toArray(String[]::new), true);
    waiting.forEach(row -> line(row, false));
    waiting.clear();
  }

  private int[] measured() {
    int[] widest = headers.stream().mapToInt(Width::of).toArray();
    for (String[] row : waiting) {
      for (int i = 0; i < row.length; i++) {
        widest[i] = Math.max(widest[i], Width.of(row[i]));
      }
    }
    return widest;
  }

  /** Takes from the widest column until the line fits or nothing more can be taken. */
  private void fit(int[] columns) {
    int room = screen.width() - GAP.length() * (columns.length - 1);
    int total = Arrays.stream(columns).sum();
    while (total > room) {
      int widest = 0;
      for (int i = 1; i < columns.length; i++) {
        widest = columns[i] > columns[widest] ? i : widest;
      }
      if (columns[widest] <= NARROWEST) {
        return;
      }
      columns[widest]--;
      total--;
    }
  }

  private void line(String[] cells, boolean header) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < cells.length; i++) {
      line.append(i == 0 ? "" : GAP).append(cell(cells[i], i, header));
    }
    String text = line.toString().stripTrailing();
    out.println(header ? Colour.BOLD.of(text, screen) : text);
  }

  private String cell(String cell, int column, boolean header) {
    String text = screen.output() ? Width.cut(cell, widths[column]) : cell;
    String space = " ".repeat(Math.max(0, widths[column] - Width.of(text)));
    String coloured = header ? text : Colour.ofStatus(text, screen);
    return right[column] ? space + coloured : coloured + space;
  }
}
