package io.hosu.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A database for simulations, which passes a point before and after each durable write; a point
 * that throws ends the simulated process there.
 *
 * <p>Before: the write never was. After: it is durable, but its caller does not know and its
 * actions are lost. Once a point has thrown, later points must throw too, as nothing of a dead
 * process goes on. Closing it leaves the database inside open, which outlives the process.
 */
public final class CrashingDatabase implements Database {
  private final Database inside;
  private final Consumer<String> points;

  /**
   * Makes {@code inside} end at points.
   *
   * @param points is told the name of each point, and throws to end there
   */
  public CrashingDatabase(Database inside, Consumer<String> points) {
    this.inside = inside;
    this.points = points;
  }

  @Override
  public <T> T read(Work<T> work) {
    return inside.read(work);
  }

  @Override
  public <T> T write(Work<T> work) {
    points.accept("before a commit");
    List<Runnable> actions = new ArrayList<>();
    T value =
        inside.write(tx -> {
          actions.clear();
          return work.in(new HoldingTransaction(tx, actions));
        });
    points.accept("after a commit");
    actions.forEach(Runnable::run);
    return value;
  }

  @Override
  public void close() {}

  /** Keeps back what is to run after the commit, as the process may end before it. */
  private record HoldingTransaction(Transaction inside, List<Runnable> actions)
      implements Transaction {
    @Override
    public int update(String sql, @Nullable Object... args) {
      return inside.update(sql, args);
    }

    @Override
    public int updateAll(String sql, List<? extends List<? extends @Nullable Object>> rows) {
      return inside.updateAll(sql, rows);
    }

    @Override
    public <T> List<T> list(String sql, Function<Row, T> view, @Nullable Object... args) {
      return inside.list(sql, view, args);
    }

    @Override
    public <T> Optional<T> find(String sql, Function<Row, T> view, @Nullable Object... args) {
      return inside.find(sql, view, args);
    }

    @Override
    public long number(String sql, @Nullable Object... args) {
      return inside.number(sql, args);
    }

    @Override
    public void afterCommit(Runnable action) {
      actions.add(action);
    }
  }
}
