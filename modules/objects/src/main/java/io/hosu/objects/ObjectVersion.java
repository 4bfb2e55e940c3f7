package io.hosu.objects;

import io.hosu.kernel.ObjectName;
import java.time.Instant;
import java.util.Map;

/**
 * One version of an object: bytes under a key, which never change.
 *
 * @param name bucket and key
 * @param version the version's id; of one object's versions the later has the greater
 * @param content the bytes
 * @param attributes what was given with them
 * @param createdAt when it became visible
 * @param principal who made it; empty text for a file of a table
 * @param tableFile whether it is a file of a table, which only commits change
 * @param inPlace the place of the table that has it among its files where it lies, so that nobody
 *     changes it; empty: none
 */
public record ObjectVersion(
    ObjectName name,
    String version,
    Content content,
    Attributes attributes,
    Instant createdAt,
    String principal,
    boolean tableFile,
    String inPlace) {

  /** How many bytes there are. */
  public long size() {
    return content.size();
  }

  /** The entity tag, without quotes; see {@link Content}. */
  public String etag() {
    return content.etag();
  }

  /** The SHA-256 in hex; empty text for a file of a table. */
  public String sha256() {
    return content.sha256();
  }

  /** The content type. */
  public String contentType() {
    return attributes.contentType();
  }

  /** The user's own metadata. */
  public Map<String, String> metadata() {
    return attributes.metadata();
  }
}
