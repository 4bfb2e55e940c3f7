package io.hosu.query.engine;

/**
 * A record that could not be read.
 *
 * @param object the object it is in, {@code LAYER/KEY}
 * @param line the line where it begins, from 1
 * @param text the record, shortened when long
 * @param reason what is wrong with it, one sentence
 */
public record Reject(String object, long line, String text, String reason) {}
