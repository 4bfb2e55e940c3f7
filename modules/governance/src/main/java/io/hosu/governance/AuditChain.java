package io.hosu.governance;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.hosu.kernel.ConstantTime;
import io.hosu.kernel.Json;
import io.hosu.kernel.Sha256;
import io.hosu.store.Row;
import io.hosu.store.Transaction;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The chain of audit records. Each carries the SHA-256 of the hash before it, a line feed, and a
 * JSON array of its values, as {@link AuditRow#COLUMNS} has them; without the last, the life, where
 * it has none, as it was before there were lives. The ends of the chain are sealed with a key that
 * is not in the state database, as whoever can write there could count anew all hashes. May be used
 * from any thread.
 */
final class AuditChain {
  private static final String ALGORITHM = "HmacSHA256";

  private final SecretKeySpec key;

  AuditChain(RootKey rootKey) {
    this.key = new SecretKeySpec(rootKey.derive("audit chain", "seal"), ALGORITHM);
  }

  /** A record in the chain. */
  record Link(long seq, String hash) {}

  /**
   * What is known of the chain without its records.
   *
   * @param begins the first record of the chain; those before it came from an earlier version
   * @param gone the newest record that is kept no more
   * @param last the newest record
   * @param seal over the others; empty before the first record
   */
  record Ends(long begins, Link gone, Link last, String seal) {
    String text() {
      return "%d %d %s %d %s".formatted(begins, gone.seq, gone.hash, last.seq, last.hash);
    }
  }

  static Ends ends(Transaction tx) {
    return tx.find("SELECT * FROM audit_chain WHERE id = 1", AuditChain::ends)
        .orElseThrow(() -> new IllegalStateException("The row of audit_chain is missing."));
  }

  private static Ends ends(Row row) {
    return new Ends(
        row.number("begins"),
        new Link(row.number("gone"), row.text("gone_hash")),
        new Link(row.number("last"), row.text("last_hash")),
        row.text("seal"));
  }

  /** Adds records at the end, in their order. */
  void append(Transaction tx, List<AuditRecord> records) {
    Ends ends = ends(tx);
    Link last = ends.last();
    List<AuditRow> rows = new ArrayList<>();
    for (AuditRecord record : records) {
      AuditRow row = AuditRow.of(last.seq() + 1, last.hash(), record);
      last = new Link(row.seq(), row.hash());
      rows.add(row);
    }
    AuditRow.insert(tx, rows);
    keep(tx, new Ends(ends.begins(), ends.gone(), last, ""));
  }

  /** Notes that {@code gone} is the newest record that is kept no more. */
  void forget(Transaction tx, Link gone) {
    Ends ends = ends(tx);
    keep(tx, new Ends(ends.begins(), gone, ends.last(), ""));
  }

  private void keep(Transaction tx, Ends ends) {
    tx.update(
        """
        UPDATE audit_chain SET gone = ?, gone_hash = ?, last = ?, last_hash = ?, seal = ?
        WHERE id = 1
        """,
        ends.gone().seq(),
        ends.gone().hash(),
        ends.last().seq(),
        ends.last().hash(),
        seal(ends));
  }

  /** Whether nobody without the root key changed what is known of the chain. */
  boolean isSealed(Ends ends) {
    boolean empty = ends.seal().isEmpty() && ends.last().seq() < ends.begins();
    return empty || ConstantTime.same(seal(ends), ends.seal());
  }

  private String seal(Ends ends) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      return HexFormat.of().formatHex(mac.doFinal(ends.text().getBytes(UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("The chain cannot be sealed.", e);
    }
  }

  /** The hash of a record of these {@link AuditRow#values}, which follows another. */
  static String hash(String before, List<@Nullable Object> values) {
    int last = values.size() - 1;
    List<@Nullable Object> told = values.get(last) == null ? values.subList(0, last) : values;
    return Sha256.hex(before + "\n" + Json.print(told));
  }
}
