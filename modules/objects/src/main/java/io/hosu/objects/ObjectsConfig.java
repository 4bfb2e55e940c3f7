package io.hosu.objects;

import io.hosu.governance.FileKeys;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.KernelError;
import io.hosu.kernel.Settings;
import java.time.Duration;
import java.util.Collections;
import java.util.List;

/**
 * How long what is no longer current is kept.
 *
 * @param keepVersions how long an overwritten or deleted version stays readable by its version id
 * @param keepUploads how long an upload that nobody completes keeps its parts
 * @param sweepAfter how old bytes that nothing names must be before they are removed; prepared
 *     files must be published within half of it, and who reads files of a table which it needs no
 *     more has as long
 * @param readerPatience how long who reads a file here may go on that must be removed at once
 */
public record ObjectsConfig(
    Duration keepVersions, Duration keepUploads, Duration sweepAfter, Duration readerPatience) {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** With the usual patience with who reads. */
  public ObjectsConfig(Duration keepVersions, Duration keepUploads, Duration sweepAfter) {
    this(keepVersions, keepUploads, sweepAfter, PATIENCE);
  }

  public ObjectsConfig {
    if (sweepAfter.compareTo(Duration.ofMinutes(2)) < 0) {
      throw new Invalid(
          KernelError.SETTING_INVALID,
          "objects.sweep-after is %s, in which no file can be published.".formatted(sweepAfter),
          "Set it to at least 2m; 24h is usual.");
    }
  }

  /** What holds when nothing is set. */
  public static ObjectsConfig standard() {
    return new ObjectsConfig(Duration.ofDays(7), Duration.ofDays(7), Duration.ofHours(24));
  }

  /** Reads the settings of this module. */
  public static ObjectsConfig from(Settings settings) {
    ObjectsConfig standard = standard();
    return new ObjectsConfig(
        settings.duration(
            "objects.keep-versions",
            standard.keepVersions,
            "How long an overwritten or deleted object stays readable by its version id."),
        settings.duration(
            "objects.keep-uploads",
            standard.keepUploads,
            "How long a multipart upload that nobody completes keeps its parts."),
        settings.duration(
            "objects.sweep-after",
            standard.sweepAfter,
            "How old bytes that no object names must be before they are removed, and how long files"
                + " stay which a table needs no more, for who is reading them (an hour at least,"
                + " as long as a key to them is good); at least 2m."),
        settings.duration(
            "objects.reader-patience",
            standard.readerPatience,
            "How long queries and stages of this server may go on that read files which are removed"
                + " at once, with rows that are deleted for good; then they are stopped."));
  }

  /**
   * How long the bytes of a table's file stay once the table needs it no more: whoever was given a
   * key to the files before reads them until the key ends.
   */
  Duration keepTableFiles() {
    return Collections.max(List.of(keepVersions, sweepAfter, FileKeys.TTL));
  }

  /** How long after its blob was finished a file may be published. */
  Duration publishWithin() {
    return sweepAfter.dividedBy(2);
  }
}
