package io.hosu.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/** What differs between the databases. May be used from any thread. */
interface Backend extends AutoCloseable {

  /** A new connection for the writer; it does not commit by itself. */
  Connection openWriter() throws SQLException;

  /** A new connection whose transactions read one consistent state and cannot change it. */
  Connection openReader() throws SQLException;

  /**
   * Begins a transaction that no other writer runs beside, on this server or another.
   *
   * @return what {@link #committed} needs to find out later what became of it
   */
  String begin(Session writer) throws SQLException;

  /** What became of a transaction whose commit got no answer; empty when nobody can tell. */
  Optional<Boolean> committed(Session fresh, String begun) throws SQLException;

  /** Whose doing a failure is. */
  Trouble trouble(SQLException failure);

  /** The statements of a migration in the words of this database. */
  String dialect(String sql);

  /** Begins what the database needs while it is in use; ends with {@link #close}. Called once. */
  void maintain();

  @Override
  void close();

  /** What a failed statement or commit means for the transaction that it was part of. */
  enum Trouble {
    /** The statement is wrong, or broke a constraint: a bug of the work that ran it. */
    STATEMENT,
    /** Somebody was in the way; nothing happened, and the same again may succeed at once. */
    REPEAT,
    /** The connection broke; the same again on another may succeed. */
    LOST,
    /** The database cannot go on as it is, for example because its disk is full. */
    DOWN
  }
}
