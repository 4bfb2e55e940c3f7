package io.hosu.query.engine;

import java.time.Duration;

/**
 * What became of a result that was sent whole.
 *
 * @param rows how many rows
 * @param bytes how many bytes were sent
 * @param cpu the processor time that the engine took
 */
public record ResultSummary(long rows, long bytes, Duration cpu) {}
