package io.hosu.pipelines;

import io.hosu.kernel.StageName;
import io.hosu.kernel.TableName;
import io.hosu.store.Row;
import io.hosu.store.Transaction;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Which stages crawlers made: they are no part of a lake project until one declares them. */
public final class CrawledStages {
  private static final String SELECT =
      "SELECT stage, place, target, principal, crawled_at, crawler FROM crawled_stages ";

  private CrawledStages() {}

  /**
   * A stage that a crawler made.
   *
   * @param place what was crawled, {@code LAYER/DOMAIN/PREFIX}
   * @param target the table that it loads
   * @param principal who had it crawled last
   * @param at when
   * @param crawler the declared crawler that made it; empty where a person had it made
   */
  public record Crawled(
      StageName stage,
      String place,
      TableName target,
      String principal,
      Instant at,
      Optional<StageName> crawler) {
    static Crawled of(Row row) {
      return new Crawled(
          StageName.parse(row.text("stage")),
          row.text("place"),
          TableName.parse(row.text("target")),
          row.text("principal"),
          row.instant("crawled_at"),
          Optional.of(row.text("crawler")).filter(it -> !it.isEmpty()).map(StageName::parse));
    }
  }

  /** Remembers that a crawler made a stage, or crawled for it again. */
  public static void put(Transaction tx, Crawled crawled) {
    tx.update(
        """
        INSERT INTO crawled_stages (stage, place, target, principal, crawled_at, crawler)
        VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (stage) DO UPDATE SET place = excluded.place,
          principal = excluded.principal, crawled_at = excluded.crawled_at,
          crawler = excluded.crawler\
        """,
        crawled.stage().toString(),
        crawled.place(),
        crawled.target().toString(),
        crawled.principal(),
        crawled.at(),
        crawled.crawler().map(StageName::toString).orElse(""));
  }

  /** The stages that a declared crawler made. */
  public static List<Crawled> of(Transaction tx, StageName crawler) {
    return tx.list(SELECT + "WHERE crawler = ? ORDER BY stage", Crawled::of, crawler.toString());
  }

  /** Somebody else answers for the stage from here on, or it is gone. */
  public static void forget(Transaction tx, StageName stage) {
    tx.update("DELETE FROM crawled_stages WHERE stage = ?", stage.toString());
  }

  /** The stages that crawlers made. */
  public static Set<StageName> names(Transaction tx) {
    return tx
        .list("SELECT stage FROM crawled_stages", row -> StageName.parse(row.text("stage")))
        .stream()
        .collect(Collectors.toUnmodifiableSet());
  }

  /** The stage that loads a table, if a crawler made it. */
  public static Optional<Crawled> into(Transaction tx, TableName target) {
    return tx.find(SELECT + "WHERE target = ?", Crawled::of, target.toString());
  }

  /** Those whose tables come after {@code after} by name. */
  public static List<Crawled> after(Transaction tx, String after, int most) {
    return tx.list(SELECT + "WHERE target > ? ORDER BY target LIMIT ?", Crawled::of, after, most);
  }
}
