package io.hosu.query.worker;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Finds the lines at which the records of a text begin, in one pass over its bytes. */
final class RecordLines {
  private static final int BLOCK = 1 << 16;

  private final LineRuns lines = new LineRuns();
  private long line = 1;

  private RecordLines() {}

  /** What happens to one byte; -1 stands for the end. */
  private interface Step {
    void take(int b) throws IOException;
  }

  private static void each(Path file, Step step) throws IOException {
    byte[] block = new byte[BLOCK];
    try (InputStream in = Files.newInputStream(file)) {
      for (int n = in.read(block); n >= 0; n = in.read(block)) {
        for (int i = 0; i < n; i++) {
          step.take(block[i] & 0xff);
        }
      }
    }
    step.take(-1);
  }

  /**
   * The records of a delimited text after its header.
   *
   * @param quote what stands around a field; 0: nothing
   * @param escape what stands before a quote in a field
   * @param emptyCounts whether an empty line is a record, as it is when there is one column
   */
  static LineRuns csv(
      Path file, char delimiter, char quote, char escape, boolean header, boolean emptyCounts)
      throws IOException {
    RecordLines found = new RecordLines();
    each(file, found.new Csv(delimiter, quote, escape, header, emptyCounts));
    return found.lines;
  }

  /** Writes a delimited text, every record of it with the same end. */
  static void unite(Path file, char delimiter, char quote, char escape, OutputStream out)
      throws IOException {
    RecordLines found = new RecordLines();
    Csv text = found.new Csv(delimiter, quote, escape, false, false);
    boolean[] afterReturn = {false};
    each(
        file,
        b -> {
          boolean within = text.quoted;
          text.take(b);
          if (within && b >= 0) {
            out.write(b);
          } else if (b >= 0 && !(b == '\n' && afterReturn[0])) {
            out.write(b == '\r' ? '\n' : b);
          }
          afterReturn[0] = !within && b == '\r';
        });
  }

  private final class Csv implements Step {
    private final char delimiter;
    private final char quote;
    private final char escape;
    private final boolean emptyCounts;
    private boolean header;
    private boolean quoted;
    private boolean skipNext;
    private boolean afterQuote;
    private boolean fieldStart = true;
    private boolean empty = true;
    private boolean afterReturn;
    private long begin = 1;

    Csv(char delimiter, char quote, char escape, boolean header, boolean emptyCounts) {
      this.delimiter = delimiter;
      this.quote = quote;
      this.escape = escape;
      this.header = header;
      this.emptyCounts = emptyCounts;
    }

    @Override
    public void take(int b) {
      boolean pair = afterReturn && b == '\n';
      afterReturn = b == '\r';
      if (pair) {
        return;
      }
      if (quoted && b >= 0) {
        inside(b);
      } else if (b == '\n' || b == '\r' || b < 0) {
        if (b >= 0 || !empty) {
          record();
        }
        line++;
        begin = line;
      } else {
        outside(b);
      }
    }

    private void inside(int b) {
      if (b == '\n' || b == '\r') {
        line++;
      }
      if (skipNext) {
        skipNext = false;
      } else if (b == escape && escape != quote) {
        skipNext = true;
      } else if (b == quote) {
        quoted = false;
        afterQuote = true;
      }
    }

    private void outside(int b) {
      boolean opens = b == quote && quote != 0 && (fieldStart || afterQuote);
      quoted = opens;
      afterQuote = false;
      fieldStart = b == delimiter;
      empty = false;
    }

    private void record() {
      if (header && !empty) {
        header = false;
      } else if (!header && (!empty || emptyCounts)) {
        lines.add(begin);
      }
      empty = true;
      fieldStart = true;
      afterQuote = false;
    }
  }

  /** The lines that hold anything but white space. */
  static LineRuns jsonLines(Path file) throws IOException {
    RecordLines found = new RecordLines();
    boolean[] blank = {true};
    each(
        file,
        b -> {
          if (b == '\n' || b < 0) {
            if (!blank[0]) {
              found.lines.add(found.line);
            }
            blank[0] = true;
            found.line++;
          } else if (b > ' ') {
            blank[0] = false;
          }
        });
    return found.lines;
  }

  /** The elements of one array, or the values that follow one another. */
  static LineRuns json(Path file) throws IOException {
    RecordLines found = new RecordLines();
    each(file, found.new JsonText());
    return found.lines;
  }

  private final class JsonText implements Step {
    private int recordDepth = -1;
    private int depth;
    private boolean text;
    private boolean escaped;
    private boolean within;

    @Override
    public void take(int b) {
      if (b == '\n') {
        line++;
      }
      if (text) {
        inText(b);
        return;
      }
      if (b <= ' ') {
        within = within && depth > recordDepth;
        return;
      }
      if (recordDepth < 0) {
        recordDepth = b == '[' ? 1 : 0;
      }
      structure(b);
    }

    private void inText(int b) {
      if (escaped) {
        escaped = false;
      } else if (b == '\\') {
        escaped = true;
      } else if (b == '"') {
        text = false;
      }
    }

    private void structure(int b) {
      boolean closes = b == ']' || b == '}';
      if (closes || b == ',') {
        depth -= closes ? 1 : 0;
        within = within && depth > recordDepth;
        return;
      }
      if (depth == recordDepth && !within) {
        lines.add(line);
        within = true;
      }
      text = b == '"';
      depth += b == '[' || b == '{' ? 1 : 0;
    }
  }

  /** The text of a line, at most {@code max} bytes of it. */
  static String textOf(Path file, long wanted, int max) throws IOException {
    StringBuilder text = new StringBuilder();
    byte[] bytes = new byte[max];
    int[] length = {0};
    long[] at = {1};
    boolean[] afterReturn = {false};
    each(
        file,
        b -> {
          boolean pair = afterReturn[0] && b == '\n';
          afterReturn[0] = b == '\r';
          if (b == '\r' || (b == '\n' && !pair)) {
            at[0]++;
          } else if (at[0] == wanted && b >= 0 && length[0] < max) {
            bytes[length[0]++] = (byte) b;
          }
        });
    return text.append(new String(bytes, 0, length[0], StandardCharsets.UTF_8)).toString().strip();
  }
}
