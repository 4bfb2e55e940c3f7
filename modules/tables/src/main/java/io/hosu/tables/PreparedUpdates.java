package io.hosu.tables;

import io.hosu.kernel.TableName;
import io.hosu.store.Transaction;
import io.hosu.tables.TableUpdate.Effect;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.iceberg.TableMetadata;

/**
 * What engines outside want of one or more tables, checked and ready: who publishes it must first
 * see whether {@link #effects} are allowed. The tables are held until {@link #close}.
 */
public final class PreparedUpdates implements AutoCloseable {
  private final PreparedCommit commit;
  private final Map<TableName, UpdatePreparing.Part> parts;

  PreparedUpdates(PreparedCommit commit, Map<TableName, UpdatePreparing.Part> parts) {
    this.commit = commit;
    this.parts = Collections.unmodifiableMap(new LinkedHashMap<>(parts));
  }

  /** The tables, in the order in which they were asked for. */
  public Set<TableName> tables() {
    return parts.keySet();
  }

  /** What happens to a table of {@link #tables}; empty when it stays as it is. */
  public Set<Effect> effects(TableName table) {
    return part(table).effects();
  }

  /** The metadata that a table of {@link #tables} has with the commit, as it was before or new. */
  public TableMetadata after(TableName table) {
    return part(table).after();
  }

  private UpdatePreparing.Part part(TableName table) {
    return Objects.requireNonNull(parts.get(table));
  }

  /** Makes all of it true with {@code tx}, as {@link PreparedCommit#publish} does. */
  public void publish(Transaction tx) {
    commit.publish(tx);
  }

  @Override
  public void close() {
    commit.close();
  }
}
