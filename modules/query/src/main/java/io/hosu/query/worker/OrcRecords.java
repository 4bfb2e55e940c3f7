package io.hosu.query.worker;

import io.trino.spi.Page;
import io.trino.spi.TrinoException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The rows of an ORC file. */
final class OrcRecords {
  private OrcRecords() {}

  /**
   * Writes the rows as they come, at most {@code most} of them.
   *
   * @return whether these are all
   * @throws Unreadable when it is broken, or has columns that are not read
   */
  static boolean write(Path path, JsonLines out, long most) throws IOException {
    try (OrcFile file = opened(path)) {
      for (List<Map<String, @Nullable Object>> rows = next(file); rows != null; rows = next(file)) {
        for (Map<String, @Nullable Object> row : rows) {
          if (out.records() == most) {
            return false;
          }
          out.write(row);
        }
      }
      return true;
    }
  }

  private static OrcFile opened(Path path) throws Unreadable {
    try {
      return OrcFile.open(path);
    } catch (Unreadable e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw broken(e);
    }
  }

  private static @Nullable List<Map<String, @Nullable Object>> next(OrcFile file)
      throws Unreadable {
    try {
      Page page = file.next();
      return page == null ? null : rows(file, page);
    } catch (Unreadable e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw broken(e);
    }
  }

  /** What is broken in a file shows in many ways, of which its reader foresees some. */
  private static Unreadable broken(Exception e) {
    Throwable cause =
        e instanceof TrinoException || e instanceof IllegalStateException ? e.getCause() : null;
    return new Unreadable("its ORC is broken: " + Unreadable.line(cause == null ? e : cause));
  }

  private static List<Map<String, @Nullable Object>> rows(OrcFile file, Page page) {
    List<Map<String, @Nullable Object>> rows = new ArrayList<>(page.getPositionCount());
    for (int row = 0; row < page.getPositionCount(); row++) {
      Map<String, @Nullable Object> values = new LinkedHashMap<>();
      for (int i = 0; i < page.getChannelCount(); i++) {
        values.put(
            file.columns().get(i).getColumnName(),
            OrcValues.json(
                file.columns().get(i), file.types().get(i).getObjectValue(page.getBlock(i), row)));
      }
      rows.add(values);
    }
    return rows;
  }
}
