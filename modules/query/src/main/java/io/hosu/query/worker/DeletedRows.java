package io.hosu.query.worker;

import io.hosu.tables.DeletionVectors;
import io.hosu.tables.DeletionVectors.Vector;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import org.duckdb.DuckDBDataChunkWriter;
import org.duckdb.DuckDBFunctions;
import org.duckdb.DuckDBTableFunction;
import org.duckdb.DuckDBTableFunctionBindInfo;
import org.duckdb.DuckDBTableFunctionCallInfo;
import org.duckdb.DuckDBTableFunctionInitInfo;
import org.duckdb.DuckDBValue;

/**
 * The table function of {@link DeletionVectors}. Opens the files of the session alone, as the
 * engine does.
 */
final class DeletedRows
    implements DuckDBTableFunction<List<Vector>, DeletionVectors.Rows, DeletionVectors.Rows> {
  private final Set<Path> files;

  private DeletedRows(Set<Path> files) {
    this.files = files;
  }

  /** Makes the function known; {@code files} may be opened, now or later. */
  static void register(Connection connection, Set<Path> files) throws SQLException {
    DuckDBFunctions.tableFunction()
        .withName(DeletionVectors.FUNCTION)
        .withParameter(String.class)
        .withFunction(new DeletedRows(files))
        .register(connection);
  }

  @Override
  public List<Vector> bind(DuckDBTableFunctionBindInfo info) throws IOException {
    info.addResultColumn("file", long.class);
    info.addResultColumn("pos", long.class);
    try (DuckDBValue argument = info.getParameter(0)) {
      List<Vector> vectors = DeletionVectors.parse(argument.getString());
      for (Vector vector : vectors) {
        if (!files.contains(vector.path())) {
          throw new IOException("This session may not open " + vector.path());
        }
      }
      info.setCardinality(vectors.stream().mapToLong(Vector::rows).sum(), true);
      return vectors;
    }
  }

  @Override
  public DeletionVectors.Rows init(DuckDBTableFunctionInitInfo info) {
    info.setMaxThreads(1);
    List<Vector> vectors = info.getBindData();
    return new DeletionVectors.Rows(vectors);
  }

  @Override
  public long apply(DuckDBTableFunctionCallInfo info, DuckDBDataChunkWriter out)
      throws IOException {
    DeletionVectors.Rows rows = info.getInitData();
    long[] numbers = new long[(int) out.capacity()];
    long[] positions = new long[numbers.length];
    int count = rows.read(numbers, positions);
    var first = out.vector(0);
    var second = out.vector(1);
    for (int i = 0; i < count; i++) {
      first.setLong(i, numbers[i]);
      second.setLong(i, positions[i]);
    }
    return count;
  }
}
