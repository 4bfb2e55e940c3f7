package io.hosu.tables;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The texts by location that were asked for last, up to a number of bytes. How often one was asked
 * for says nothing: the metadata of a table is wanted by many at once, and by nobody as soon as
 * there is newer. May be used from any thread.
 */
public final class RecentTexts {
  private final long most;
  private final Map<String, Text> texts = new LinkedHashMap<>(16, 0.75f, true);
  private long bytes;

  /** None yet, and never more than {@code most} bytes. */
  public RecentTexts(long most) {
    this.most = most;
  }

  /** Made once for all who wait for it. */
  private static final class Text {
    private byte @Nullable [] made;
    private int counted;

    synchronized byte[] get(Supplier<byte[]> text) {
      byte[] now = made == null ? text.get() : made;
      made = now;
      return now;
    }
  }

  /** The text of {@code location}, which is {@code text} if it has to be made. */
  public byte[] get(String location, Supplier<byte[]> text) {
    Text kept = find(location);
    byte[] made = kept.get(text);
    count(location, kept, made.length);
    return made;
  }

  private synchronized Text find(String location) {
    return texts.computeIfAbsent(location, _ -> new Text());
  }

  private synchronized void count(String location, Text text, int length) {
    if (Objects.equals(texts.get(location), text) && text.counted == 0) {
      text.counted = length;
      bytes += length;
      trim();
    }
  }

  private void trim() {
    Iterator<Text> oldest = texts.values().iterator();
    while (bytes > most && oldest.hasNext()) {
      bytes -= oldest.next().counted;
      oldest.remove();
    }
  }
}
