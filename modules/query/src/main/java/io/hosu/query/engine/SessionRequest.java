package io.hosu.query.engine;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a session can see, and for how long.
 *
 * @param key whose session it is: only sessions of the same key may share what an engine remembers;
 *     empty shares nothing
 * @param views the relations that SQL can name
 * @param input the objects behind {@code input}; null when there are none
 * @param output the directory that the session may write to; null when it only reads. It must exist
 * @param memoryBytes what it may use for its data, if that is less than its engine may; null when
 *     it is as much
 * @param timeout how long the session may last before its engine is killed
 * @param vault what its SQL may ask for while it runs
 */
public record SessionRequest(
    String key,
    List<EngineView> views,
    @Nullable EngineInput input,
    @Nullable Path output,
    @Nullable Long memoryBytes,
    Duration timeout,
    VaultCalls vault) {
  /** Without a vault. */
  public SessionRequest(
      String key,
      List<EngineView> views,
      @Nullable EngineInput input,
      @Nullable Path output,
      @Nullable Long memoryBytes,
      Duration timeout) {
    this(key, views, input, output, memoryBytes, timeout, VaultCalls.NONE);
  }

  /** Without a vault, and with as much memory as the engine may use. */
  public SessionRequest(
      String key,
      List<EngineView> views,
      @Nullable EngineInput input,
      @Nullable Path output,
      Duration timeout) {
    this(key, views, input, output, null, timeout);
  }

  /** The same with {@code other} to ask. */
  public SessionRequest with(VaultCalls other) {
    return new SessionRequest(key, views, input, output, memoryBytes, timeout, other);
  }

  public SessionRequest {
    views = List.copyOf(views);
  }
}
