package io.hosu.query.engine;

import java.util.List;

/**
 * What reading the objects of a batch showed.
 *
 * @param rejected how many records were rejected; all of them are in the relation {@code rejects}
 *     with the columns {@code _object}, {@code _line}, {@code _text} and {@code _reason}
 * @param rejects the first of them, at most {@value #MAX_REJECTS}
 * @param empty the objects without a byte: {@link QueryError#EMPTY_OBJECT}, worth a warning
 * @param hints what was found out, for the next batch
 */
public record Reading(
    long rejected, List<Reject> rejects, List<String> empty, List<ReadHint> hints) {
  /** How many rejects come back one by one. */
  public static final int MAX_REJECTS = 100;

  public Reading {
    rejects = List.copyOf(rejects);
    empty = List.copyOf(empty);
    hints = List.copyOf(hints);
  }

  /** No objects were read. */
  public static Reading none() {
    return new Reading(0, List.of(), List.of(), List.of());
  }
}
