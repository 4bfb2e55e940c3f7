package io.hosu.tables;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** What an engine does for clones, in the test's own process; texts of views are its words. */
record ClonesOfTest(Engine engine) implements CloneEngine {
  @Override
  public List<String> texts(Path file, String select) {
    return engine.query(select).stream().map(row -> Objects.toString(row.getFirst())).toList();
  }

  @Override
  public Path write(Path file, String select, WriteShape shape, Path directory) {
    return Path.of(engine.write(shape, select, directory.resolve("0.parquet")).getFirst().path());
  }

  @Override
  public Optional<String> renamed(String sql, String from, String to) {
    return sql.contains("`")
        ? Optional.empty()
        : Optional.of(sql.replaceAll("\\b" + from + "(?=\\.\\w+\\.)", to));
  }
}
