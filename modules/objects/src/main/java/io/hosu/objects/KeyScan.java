package io.hosu.objects;

import io.hosu.store.Transaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Walks the keys of a bucket in the order of their UTF-8 bytes by ranges of the index, and leaps
 * over what it need not see: the keys under a common prefix, and those that are hidden.
 */
final class KeyScan {
  private static final int FIRST_BATCH = 16;

  private final Transaction tx;
  private final String bucket;
  private final ListQuery query;
  private final Sight sight;
  private final List<Listing.Entry> entries = new ArrayList<>();

  KeyScan(Transaction tx, String bucket, ListQuery query, Sight sight) {
    this.tx = tx;
    this.bucket = bucket;
    this.query = query;
    this.sight = sight;
  }

  Listing run() {
    if (query.limit() == 0) {
      return new Listing(List.of(), Optional.empty());
    }
    Optional<Position> position = start();
    int batch = query.delimiter().isEmpty() ? query.limit() + 1 : FIRST_BATCH;
    while (position.isPresent()) {
      List<ObjectVersion> rows = fetch(position.get(), batch);
      Optional<Position> leap = take(rows);
      if (isFull()) {
        return cut();
      }
      if (leap.isPresent()) {
        position = leap.get().end() ? Optional.empty() : leap;
      } else if (rows.size() < batch) {
        position = Optional.empty();
      } else {
        position = Optional.of(Position.behind(rows.getLast().name().key()));
        batch = Math.min(batch * 2, query.limit() + 1);
      }
    }
    return new Listing(entries, Optional.empty());
  }

  /** Takes rows until one asks to leap further than the rows reach. */
  private Optional<Position> take(List<ObjectVersion> rows) {
    Optional<String> over = Optional.empty();
    for (ObjectVersion row : rows) {
      String key = row.name().key();
      if (over.isPresent() && key.startsWith(over.get())) {
        continue;
      }
      over = Optional.empty();
      String group = sight.group(key);
      Optional<String> common = commonPrefix(key);
      Sight.Extent seen = sight.of(group);
      if (seen == Sight.Extent.NOTHING || (seen == Sight.Extent.SOME && !sight.sees(key))) {
        over =
            Optional.of(group).filter(text -> seen == Sight.Extent.NOTHING && text.endsWith("/"));
      } else if (common.isPresent()) {
        entries.add(new Listing.Entry.CommonPrefix(common.get()));
        over = common;
      } else {
        entries.add(new Listing.Entry.Found(row));
      }
      if (isFull()) {
        return Optional.empty();
      }
    }
    return over.map(Position::past);
  }

  /** One more than asked for tells that there is more. */
  private boolean isFull() {
    return entries.size() > query.limit();
  }

  private Listing cut() {
    List<Listing.Entry> part = entries.subList(0, query.limit());
    ListQuery.After next =
        switch (part.getLast()) {
          case Listing.Entry.Found found -> new ListQuery.After.Key(found.object().name().key());
          case Listing.Entry.CommonPrefix common -> new ListQuery.After.Prefix(common.prefix());
        };
    return new Listing(part, Optional.of(next));
  }

  private Optional<String> commonPrefix(String key) {
    if (query.delimiter().isEmpty()) {
      return Optional.empty();
    }
    int at = key.indexOf(query.delimiter(), query.prefix().length());
    return at < 0
        ? Optional.empty()
        : Optional.of(key.substring(0, at + query.delimiter().length()));
  }

  private Optional<Position> start() {
    Position start =
        switch (query.after()) {
          case ListQuery.After.Start() -> Position.from(query.prefix());
          case ListQuery.After.Key(String key) ->
              isCommonPrefix(key) ? Position.past(key) : Position.behind(key);
          case ListQuery.After.Prefix(String prefix) -> Position.past(prefix);
        };
    if (start.end()) {
      return Optional.empty();
    }
    return Optional.of(
        Utf8Order.compare(start.key(), query.prefix()) < 0 ? Position.from(query.prefix()) : start);
  }

  private boolean isCommonPrefix(String key) {
    return key.startsWith(query.prefix()) && commonPrefix(key).filter(key::equals).isPresent();
  }

  private List<ObjectVersion> fetch(Position position, int limit) {
    StringBuilder sql = new StringBuilder(ObjectRows.SELECT);
    List<Object> args = new ArrayList<>();
    sql.append("WHERE bucket = ? AND is_current = 1");
    args.add(bucket);
    sql.append(position.inclusive() ? " AND key >= ?" : " AND key > ?");
    args.add(position.key());
    Utf8Order.successor(query.prefix())
        .ifPresent(end -> {
          sql.append(" AND key < ?");
          args.add(end);
        });
    sql.append(" ORDER BY key LIMIT ?");
    args.add(limit);
    return tx.list(sql.toString(), ObjectRows::version, args.toArray());
  }

  /** Where to go on: at or behind a key, or nowhere. */
  private record Position(String key, boolean inclusive, boolean end) {
    static Position from(String key) {
      return new Position(key, true, false);
    }

    static Position behind(String key) {
      return new Position(key, false, false);
    }

    static Position past(String prefix) {
      return Utf8Order.successor(prefix)
          .map(Position::from)
          .orElseGet(() -> new Position("", true, true));
    }
  }
}
