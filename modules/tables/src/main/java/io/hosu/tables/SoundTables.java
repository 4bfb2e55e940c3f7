package io.hosu.tables;

import io.hosu.kernel.HosuException.Unavailable;
import io.hosu.kernel.TableName;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tables for what looks at many of them: one whose metadata cannot be read is passed over, with a
 * warning in the server's log, and keeps nobody from the others.
 */
public final class SoundTables {
  private static final Logger log = LoggerFactory.getLogger(SoundTables.class);

  private SoundTables() {}

  /** The table of this name, if there is one and its metadata can be read. */
  public static Optional<LakeTable> find(Tables tables, TableName name) {
    try {
      return tables.find(name);
    } catch (Unavailable e) {
      if (e.code() != TablesError.FILE_UNREADABLE) {
        throw e;
      }
      warn(e);
      return Optional.empty();
    }
  }

  /** Has the log tell which table is out of order, and what to do about it. */
  static void warn(Unavailable e) {
    log.atWarn()
        .setMessage("table passed over")
        .addKeyValue("why", e.what())
        .addKeyValue("remedy", e.remedy())
        .log();
  }
}
