package io.hosu.tables;

import io.hosu.kernel.Names;
import io.hosu.kernel.Sha256;
import io.hosu.store.Transaction;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/** Which tables there are and which columns they have, in one text. */
public final class CatalogState {
  private CatalogState() {}

  /** Equal as long as no table came, went, changed its name, or got other columns. */
  public static String of(Transaction tx) {
    MessageDigest digest = Sha256.digest();
    tx.list(
            "SELECT t.domain, t.layer, t.name, t.id, COALESCE(MAX(s.number), 0) AS number"
                + " FROM tables t LEFT JOIN table_schemas s ON s.table_id = t.id"
                + " WHERE t.domain <> ? GROUP BY t.domain, t.layer, t.name, t.id"
                + " ORDER BY t.domain, t.layer, t.name",
            row ->
                "%s.%s.%s %s %d\n"
                    .formatted(
                        row.text("domain"),
                        row.text("layer"),
                        row.text("name"),
                        row.text("id"),
                        row.number("number")),
            Names.SYSTEM)
        .forEach(line -> digest.update(line.getBytes(StandardCharsets.UTF_8)));
    return Sha256.hex(digest);
  }
}
