package io.hosu.query.engine;

import io.hosu.kernel.HosuException;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * One engine, held by one caller: SQL over the relations that the session's request named.
 *
 * <p>The SQL that comes in here is trusted to be what the guard made. A failure leaves the session
 * good only for {@link #close}. Methods block and belong to one thread at a time, except {@link
 * #cancel}.
 */
public interface EngineSession extends AutoCloseable {

  /** The columns that {@code select} has, without running it. */
  List<Column> describe(String select);

  /**
   * Runs {@code select} and hands its result to {@code sink}.
   *
   * @throws HosuException with a code of {@link QueryError}
   */
  ResultSummary query(String select, ResultFormat format, ResultLimits limits, ResultSink sink);

  /**
   * Runs {@code select} once and keeps its rows as the relation {@code batch}. When columns {@code
   * key} are named, only the last row of each key, in the result's order, is in it.
   */
  Batch keep(String select, List<String> key);

  /**
   * The files of {@code target} that hold a row whose key is in {@code batch}.
   *
   * @param target a SELECT of the key's columns and of {@code _file}, the path of the file
   * @param key the columns of the key
   */
  Set<String> filesHolding(String target, List<String> key);

  /** Runs {@code select} to find out which of its columns hold a value. */
  Filled filled(String select);

  /**
   * Writes the rows of {@code select} as Parquet files.
   *
   * @param plan is given the columns of {@code select} and says what is written. It is asked again
   *     when a record that was not in the sample shows other types
   */
  WriteResult write(String select, Function<List<Column>, WriteRequest> plan);

  /** Stops what runs, from another thread: it fails with {@link QueryError#QUERY_CANCELLED}. */
  void cancel();

  /** Gives the engine back. */
  @Override
  void close();
}
