package io.hosu.store;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** A database whose commits fail as a test has it. */
final class FlakyBackend implements Backend {
  private final Backend inside;
  private final Deque<Misfortune> coming = new ArrayDeque<>();
  private Optional<Boolean> fate = Optional.empty();
  final AtomicInteger commits = new AtomicInteger();

  FlakyBackend(Backend inside) {
    this.inside = inside;
  }

  /** What happens to a commit. */
  enum Misfortune {
    BUSY("40001", false),
    DISK_FULL("53100", false),
    LOST_BEFORE("08006", false),
    LOST_AFTER("08006", true);

    private final String state;
    private final boolean happens;

    Misfortune(String state, boolean happens) {
      this.state = state;
      this.happens = happens;
    }
  }

  /** Has the next commit end in {@code misfortune}. */
  void next(Misfortune misfortune) {
    coming.add(misfortune);
  }

  /** What is answered to the question whether the lost commit happened. */
  void answer(Optional<Boolean> committed) {
    fate = committed;
  }

  @Override
  public Connection openWriter() throws SQLException {
    Connection real = inside.openWriter();
    return (Connection)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {Connection.class},
            (_, method, args) -> call(real, method, args));
  }

  private Object call(Connection real, Method method, Object[] args) throws Throwable {
    if (method.getName().equals("commit")) {
      commits.incrementAndGet();
      Misfortune misfortune = coming.poll();
      if (misfortune != null) {
        if (misfortune.happens) {
          real.commit();
        }
        throw new SQLException(misfortune.name(), misfortune.state);
      }
    }
    try {
      return method.invoke(real, args);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  @Override
  public Connection openReader() throws SQLException {
    return inside.openReader();
  }

  @Override
  public String begin(Session writer) throws SQLException {
    return inside.begin(writer);
  }

  @Override
  public Optional<Boolean> committed(Session fresh, String begun) {
    return fate;
  }

  @Override
  public Trouble trouble(SQLException failure) {
    return switch (failure.getSQLState()) {
      case "40001" -> Trouble.REPEAT;
      case "53100" -> Trouble.DOWN;
      case "08006" -> Trouble.LOST;
      case null, default -> inside.trouble(failure);
    };
  }

  @Override
  public String dialect(String sql) {
    return inside.dialect(sql);
  }

  @Override
  public void maintain() {
    inside.maintain();
  }

  @Override
  public void close() {
    inside.close();
  }
}
