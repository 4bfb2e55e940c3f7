package io.hosu.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The row on which a JDBC result stands. */
final class JdbcRow implements Row {
  private final ResultSet rows;
  private final Map<String, Integer> columns;

  JdbcRow(ResultSet rows, Map<String, Integer> columns) {
    this.rows = rows;
    this.columns = columns;
  }

  @Override
  public String text(String column) {
    return present(column, textOrNull(column));
  }

  @Override
  public Optional<String> optionalText(String column) {
    return Optional.ofNullable(textOrNull(column));
  }

  @Override
  public long number(String column) {
    return present(column, numberOrNull(column));
  }

  @Override
  public Optional<Long> optionalNumber(String column) {
    return Optional.ofNullable(numberOrNull(column));
  }

  @Override
  public Instant instant(String column) {
    return Instant.ofEpochMilli(number(column));
  }

  @Override
  public Optional<Instant> optionalInstant(String column) {
    return optionalNumber(column).map(Instant::ofEpochMilli);
  }

  @Override
  public boolean flag(String column) {
    return number(column) != 0;
  }

  @Override
  public byte[] bytes(String column) {
    try {
      return present(column, rows.getBytes(place(column)));
    } catch (SQLException e) {
      throw new RowFailure(e);
    }
  }

  private @Nullable String textOrNull(String column) {
    try {
      return rows.getString(place(column));
    } catch (SQLException e) {
      throw new RowFailure(e);
    }
  }

  private @Nullable Long numberOrNull(String column) {
    try {
      long number = rows.getLong(place(column));
      return number == 0 && rows.wasNull() ? null : (Long) number;
    } catch (SQLException e) {
      throw new RowFailure(e);
    }
  }

  private int place(String column) {
    Integer place = columns.get(column);
    if (place == null) {
      throw new IllegalArgumentException(
          "The result has no column '%s', only %s.".formatted(column, columns.keySet()));
    }
    return place;
  }

  private static <T> T present(String column, @Nullable T value) {
    if (value == null) {
      throw new IllegalStateException("Column '%s' is NULL here.".formatted(column));
    }
    return value;
  }

  /** Carries a failure of the database out of a view; never leaves this package. */
  static final class RowFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient SQLException failure;

    RowFailure(SQLException failure) {
      super(failure);
      this.failure = failure;
    }

    SQLException failure() {
      return failure;
    }
  }
}
