package io.hosu.query.engine;

import io.hosu.kernel.HosuException.Exhausted;
import io.hosu.kernel.HosuException.Unavailable;

/** Where sessions come from. May be used from any thread. */
public interface Engines extends AutoCloseable {

  /**
   * A session on a free engine; waits for one, in order, while no more than the allowed number
   * wait.
   *
   * @throws Exhausted {@link QueryError#ENGINE_BUSY}
   * @throws Unavailable {@link QueryError#ENGINE_UNAVAILABLE}
   */
  default EngineSession open(SessionRequest request) {
    return open(request, new SessionRecord());
  }

  /** The same, with what the engine says and uses in {@code record}, also when this fails. */
  EngineSession open(SessionRequest request, SessionRecord record);

  @Override
  void close();
}
