package io.hosu.objects;

import java.util.Optional;

/**
 * The bytes of one version of an object.
 *
 * @param blob where they lie
 * @param size how many there are
 * @param etag the MD5 in hex; for a multipart upload the MD5 of the parts' MD5s, {@code -} and the
 *     number of parts; for a file of a table another text that changes with the bytes
 * @param sha256 in hex; empty text for a file of a table
 * @param checksum what the client asked to keep
 */
public record Content(
    String blob, long size, String etag, String sha256, Optional<StoredChecksum> checksum) {}
