package io.hosu.pipelines;

import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.query.Guard;
import io.hosu.tables.CloneEngine;
import io.hosu.tables.WriteShape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is read and written for clones, by real engines. */
class ClonesEngineTest {
  private static final WriteShape SHAPE =
      new WriteShape(
          List.of(
              new WriteShape.Column("file_path", "file_path", "VARCHAR"),
              new WriteShape.Column("pos", "pos", "BIGINT")),
          "{file_path: 2147483546, pos: 2147483545}",
          List.of(),
          List.of("file_path", "pos"));

  @TempDir Path directory;

  @Test
  void aFileIsReadAndWrittenAnewInTheOrderOfItsShape() throws IOException {
    CloneEngine engine = new ClonesEngine(Lake.engines(), new Guard(Lake.parser()));
    Path rows = Files.writeString(directory.resolve("rows.csv"), "n\n2\n1\n");
    String csv = "FROM read_csv('%s')".formatted(rows);

    Path first =
        engine.write(
            rows,
            "SELECT 'f' || n AS file_path, n AS pos " + csv,
            SHAPE,
            Files.createDirectory(directory.resolve("one")));
    String read = "FROM read_parquet('%s')".formatted(first);
    Path second =
        engine.write(
            first,
            "SELECT upper(file_path) AS file_path, pos " + read,
            SHAPE,
            Files.createDirectory(directory.resolve("two")));

    assertThat(engine.texts(first, "SELECT DISTINCT file_path " + read))
        .containsExactlyInAnyOrder("f1", "f2");
    assertThat(
            engine.texts(
                second, "SELECT file_path || pos FROM read_parquet('%s')".formatted(second)))
        .containsExactly("F11", "F22");
    assertThat(
            engine.texts(
                second,
                "SELECT name || ' ' || field_id FROM parquet_schema('%s') WHERE field_id IS NOT NULL"
                    .formatted(second)))
        .containsExactly("file_path 2147483546", "pos 2147483545");
  }

  @Test
  void aTextOfAViewIsRenamedAsTheGuardUnderstandsIt() {
    CloneEngine engine = new ClonesEngine(Lake.engines(), new Guard(Lake.parser()));
    assertThat(engine.renamed("SELECT a.b FROM a.stage.t AS a", "a", "c"))
        .hasValue("SELECT a.b FROM c.stage.t AS a");
    assertThat(engine.renamed("SELECT FROM WHERE", "a", "c")).isEmpty();
  }
}
