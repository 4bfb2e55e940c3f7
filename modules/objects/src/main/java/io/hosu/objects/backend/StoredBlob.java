package io.hosu.objects.backend;

import java.time.Instant;

/**
 * A blob that exists.
 *
 * @param id its id
 * @param size its length in bytes
 * @param finishedAt when it was given its id, to the millisecond
 */
public record StoredBlob(String id, long size, Instant finishedAt) {}
