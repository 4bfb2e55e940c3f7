package io.hosu.query.worker;

import io.hosu.query.engine.ReadHint;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** Objects of one shape, which one table function reads in order. */
interface InputGroup {

  /** The files, in order. */
  List<PlainFile> files();

  /** A SELECT of the rows. */
  String rows() throws SQLException, IOException;

  /**
   * A SELECT of the rows with {@code __file}, which file each is from, counted from 0, and {@code
   * __line}, if it {@link #knowsLines}.
   */
  String tracedRows() throws SQLException, IOException;

  /** As {@link #tracedRows} without lines, all columns as the texts they are written as. */
  Optional<String> textRows();

  /** Whether {@link #tracedRows} tells the lines. */
  boolean knowsLines();

  /** The lines of the rows, file after file; only if the rows do not tell them. */
  List<LineRuns> lines() throws IOException;

  /** How many records are kept as they were read, so that statements do not read them again. */
  default long kept() {
    return 0;
  }

  /** Looks at whole files for types that all values fit; whether any type changed. */
  boolean refit() throws SQLException;

  /** Gives columns the types that their own values show; whether any type changed. */
  boolean forgetWanted() throws SQLException;

  /** What was found out, for the next batch. */
  Optional<ReadHint> hint();
}
