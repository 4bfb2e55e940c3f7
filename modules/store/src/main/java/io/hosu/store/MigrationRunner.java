package io.hosu.store;

import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Sha256;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Brings a database's tables up to what this version of Hosu knows, in one transaction. */
final class MigrationRunner {
  private static final Pattern END = Pattern.compile(";[ \\t]*(?:\\r?\\n|$)");
  private static final Pattern COMMENT = Pattern.compile("(?m)^\\s*--.*$");
  private static final String TABLE =
      """
      CREATE TABLE IF NOT EXISTS migrations (
        module TEXT NOT NULL,
        version BIGINT NOT NULL,
        hash TEXT NOT NULL,
        PRIMARY KEY (module, version))
      """;

  private final Backend backend;
  private final Session session;
  private final JdbcTransaction tx;

  private MigrationRunner(Backend backend, Session session) {
    this.backend = backend;
    this.session = session;
    this.tx = new JdbcTransaction(session);
  }

  static void run(Backend backend, List<Migration> migrations) {
    requireOrder(migrations);
    try (Session session = new Session(backend.openWriter())) {
      backend.begin(session);
      new MigrationRunner(backend, session).apply(migrations);
      session.commit();
    } catch (SQLException e) {
      throw Failures.atStart(backend, e);
    }
  }

  private static void requireOrder(List<Migration> migrations) {
    Map<String, Integer> latest = new HashMap<>();
    for (Migration migration : migrations) {
      if (latest.merge(migration.module(), 1, Integer::sum) != migration.version()) {
        throw new IllegalArgumentException(
            "Version %d of module %s is out of order."
                .formatted(migration.version(), migration.module()));
      }
    }
  }

  private void apply(List<Migration> migrations) throws SQLException {
    session.executeOnce(backend.dialect(TABLE));
    Map<Step, String> applied = new HashMap<>();
    tx.list(
            "SELECT module, version, hash FROM migrations",
            row ->
                Map.entry(
                    new Step(row.text("module"), (int) row.number("version")), row.text("hash")))
        .forEach(entry -> applied.put(entry.getKey(), entry.getValue()));
    for (Migration migration : migrations) {
      String known = applied.remove(new Step(migration.module(), migration.version()));
      if (known == null) {
        apply(migration);
      } else if (!known.equals(hash(migration))) {
        throw changed(migration);
      }
    }
    if (!applied.isEmpty()) {
      throw newer(applied.keySet().iterator().next());
    }
  }

  private void apply(Migration migration) {
    for (String statement : END.splitAsStream(migration.sql()).toList()) {
      if (!COMMENT.matcher(statement).replaceAll("").isBlank()) {
        execute(migration, statement);
      }
    }
    tx.update(
        "INSERT INTO migrations (module, version, hash) VALUES (?, ?, ?)",
        migration.module(),
        migration.version(),
        hash(migration));
  }

  private void execute(Migration migration, String statement) {
    try {
      session.executeOnce(backend.dialect(statement));
    } catch (SQLException e) {
      throw new IllegalStateException(
          "Version %d of module %s fails: %s: %s"
              .formatted(migration.version(), migration.module(), e.getMessage(), statement),
          e);
    }
  }

  private record Step(String module, int version) {}

  private Invalid newer(Step step) {
    return new Invalid(
        StoreError.DATABASE_NEWER,
        "The state database %s has version %d of module %s, which this version of Hosu does not know."
            .formatted(backend, step.version(), step.module()),
        "Start the version of Hosu that last used this database, or a newer one.");
  }

  private Invalid changed(Migration migration) {
    return new Invalid(
        StoreError.MIGRATION_CHANGED,
        "The state database %s was made by another version %d of module %s."
            .formatted(backend, migration.version(), migration.module()),
        "Start the version of Hosu that made this database, or begin with an empty one.");
  }

  private static String hash(Migration migration) {
    return Sha256.hex(migration.sql().replace("\r\n", "\n"));
  }
}
