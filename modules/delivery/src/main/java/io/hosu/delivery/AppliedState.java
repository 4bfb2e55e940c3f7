package io.hosu.delivery;

import io.hosu.kernel.Json;
import io.hosu.kernel.Sha256;
import io.hosu.store.Transaction;
import io.hosu.tables.CatalogState;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Collection;
import java.util.Optional;

/**
 * What a server was found equal to. Whether a project can be applied, and what that changes, is
 * decided by its files, by the program, by what the server keeps, and by the columns of its tables:
 * while these four are as they were then, applying it again would change nothing.
 *
 * @param hash of the files of the project
 * @param program which program it was
 * @param declared all that the server kept of what the project declares
 * @param columns of the tables of the lake
 */
record AppliedState(String hash, String program, String declared, String columns) {
  private static final long ONLY = 1;

  /** What a server is that was made equal to {@code declared}. */
  static AppliedState of(Transaction tx, String hash, Collection<Declared> declared) {
    return new AppliedState(hash, Program.fingerprint(), hash(declared), CatalogState.of(tx));
  }

  /** What was found last, whichever program found it. */
  static Optional<AppliedState> find(Transaction tx) {
    return tx.find(
        "SELECT hash, program, declared, columns FROM applied_state WHERE id = ?",
        row ->
            new AppliedState(
                row.text("hash"), row.text("program"), row.text("declared"), row.text("columns")),
        ONLY);
  }

  /** Keeps this in the place of what was found before. */
  void keep(Transaction tx) {
    tx.update(
        """
        INSERT INTO applied_state (id, hash, program, declared, columns) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (id) DO UPDATE SET hash = excluded.hash, program = excluded.program,
          declared = excluded.declared, columns = excluded.columns\
        """,
        ONLY,
        hash,
        program,
        declared,
        columns);
  }

  /** Over everything, in whatever order it comes. */
  private static String hash(Collection<Declared> declared) {
    MessageDigest digest = Sha256.digest();
    declared.stream()
        .map(one -> one.kind() + "\0" + one.name() + "\0" + Json.print(one.toJson()) + "\n")
        .sorted()
        .forEach(text -> digest.update(text.getBytes(StandardCharsets.UTF_8)));
    return Sha256.hex(digest);
  }
}
