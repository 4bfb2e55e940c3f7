package io.hosu.tables.iceberg;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.governance.Authentication;
import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Json;
import io.hosu.store.Database;
import io.hosu.store.Transaction;
import io.hosu.tables.TablesError;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * What was done for requests that carry an idempotency key: kept with the transaction that did it,
 * so that a client which lost the answer can send the request again. May be used from any thread.
 */
final class AnsweredRequests {
  /** For how long a request may come again. */
  static final Duration LIFETIME = Duration.ofHours(12);

  private static final int REMOVED_AT_ONCE = 100;

  private final Database database;
  private final InstantSource clock;

  AnsweredRequests(Database database, InstantSource clock) {
    this.database = database;
    this.clock = clock;
  }

  /**
   * What a request did.
   *
   * @param made the metadata files that tables got by it, in the order of the request; of a change
   *     to properties, those that were to be removed and were not there
   */
  record Done(List<String> made) {
    /** What is done, and has nothing to tell. */
    static final Done NOTHING = new Done(List.of());

    Done {
      made = List.copyOf(made);
    }
  }

  private record Kept(String hash, Done done) {}

  /**
   * What was done when this request came before; empty when it comes for the first time.
   *
   * @throws Invalid {@link IcebergError#IDEMPOTENCY_KEY_REUSED} when its key came with another one
   */
  Optional<Done> find(Asked asked) {
    Optional<Kept> kept =
        asked.key().flatMap(key -> database.read(tx -> find(tx, principal(asked), key)));
    if (kept.isPresent() && !kept.get().hash().equals(asked.hash())) {
      throw new Invalid(
          IcebergError.IDEMPOTENCY_KEY_REUSED,
          "The idempotency key came before with another request.",
          "Send a new key with each request, and the same one only to repeat it.");
    }
    return kept.map(Kept::done);
  }

  private Optional<Kept> find(Transaction tx, String principal, String key) {
    return tx.find(
        "SELECT hash, result FROM answered_requests"
            + " WHERE principal = ? AND idempotency_key = ? AND created_at >= ?",
        row ->
            new Kept(
                row.text("hash"),
                new Done(
                    Json.parse(row.text("result")).valueStream().map(JsonNode::asText).toList())),
        principal,
        key,
        clock.instant().minus(LIFETIME));
  }

  /**
   * Keeps with {@code tx} what it does for a request.
   *
   * @throws Conflict {@link TablesError#TABLE_CHANGED} when the same request was done meanwhile
   */
  void keep(Transaction tx, Asked asked, Done done) {
    if (asked.key().isEmpty()) {
      return;
    }
    Instant now = clock.instant();
    tx.update(
        """
        DELETE FROM answered_requests WHERE (principal, idempotency_key) IN (
          SELECT principal, idempotency_key FROM answered_requests WHERE created_at < ? LIMIT ?)
        """,
        now.minus(LIFETIME),
        REMOVED_AT_ONCE);
    int kept =
        tx.update(
            """
            INSERT INTO answered_requests (principal, idempotency_key, hash, result, created_at)
            VALUES (?, ?, ?, ?, ?) ON CONFLICT (principal, idempotency_key) DO NOTHING
            """,
            principal(asked),
            asked.key().get(),
            asked.hash(),
            Json.print(done.made()),
            now);
    if (kept == 0) {
      throw new Conflict(
          TablesError.TABLE_CHANGED,
          "The same request is being done already.",
          "Send it again, with the same idempotency key.");
    }
  }

  private static String principal(Asked asked) {
    return Authentication.principal(asked.call()).name();
  }
}
