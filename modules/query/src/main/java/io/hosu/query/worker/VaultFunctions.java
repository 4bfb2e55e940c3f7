package io.hosu.query.worker;

import io.hosu.query.engine.VaultSql;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.duckdb.DuckDBDataChunkReader;
import org.duckdb.DuckDBFunctions;
import org.duckdb.DuckDBReadableVector;
import org.duckdb.DuckDBWritableVector;
import org.jspecify.annotations.Nullable;

/** The SQL functions of {@link VaultSql}, which ask the server for a vector of texts at a time. */
final class VaultFunctions {
  private VaultFunctions() {}

  static void register(Connection connection, ServerCalls server) throws SQLException {
    DuckDBFunctions.scalarFunction()
        .withName(VaultSql.TOKEN)
        .withParameters(String.class, String.class)
        .withReturnType(String.class)
        .withVectorizedFunction((in, out) -> tokens(server, in, out))
        .register(connection);
    DuckDBFunctions.scalarFunction()
        .withName(VaultSql.DETOKENIZE)
        .withParameter(String.class)
        .withReturnType(String.class)
        .withVectorizedFunction((in, out) -> fill(server, "", in.vector(0), out))
        .register(connection);
  }

  /** The domain is the same in all rows: it stands in the SQL of a view. */
  private static void tokens(ServerCalls server, DuckDBDataChunkReader in, DuckDBWritableVector out)
      throws IOException {
    if (in.rowCount() > 0) {
      fill(server, in.vector(0).getString(0), in.vector(1), out);
    }
  }

  private static void fill(
      ServerCalls server, String domain, DuckDBReadableVector in, DuckDBWritableVector out)
      throws IOException {
    List<@Nullable String> texts = new ArrayList<>();
    for (long row = 0; row < in.rowCount(); row++) {
      texts.add(in.isNull(row) ? null : in.getString(row));
    }
    List<String> known = new ArrayList<>();
    for (String text : texts) {
      if (text != null) {
        known.add(text);
      }
    }
    Map<String, @Nullable String> answers = server.ask(domain, known);
    for (int row = 0; row < texts.size(); row++) {
      String text = texts.get(row);
      String answer = text == null ? null : answers.get(text);
      if (answer == null) {
        out.setNull(row);
      } else {
        out.setString(row, answer);
      }
    }
  }
}
