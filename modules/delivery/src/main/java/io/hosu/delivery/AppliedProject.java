package io.hosu.delivery;

import java.time.Instant;

/**
 * A lake project that was applied.
 *
 * @param id unique
 * @param lake the name of the lake
 * @param hash of its files, as {@link ProjectFiles#hash} gives it
 * @param principal who applied it
 * @param changes how many things it created, changed or removed
 */
public record AppliedProject(
    String id, String lake, String hash, String principal, Instant appliedAt, int changes) {}
