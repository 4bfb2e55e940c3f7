package io.hosu.server;

import io.hosu.http.Call;
import io.hosu.http.Router;
import io.hosu.http.Routes;
import io.hosu.kernel.Json;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code GET /v1/health}: 200 when the server can do its work, 503 before its project is applied
 * and while its state database does not answer. Open to everyone, and says nothing else.
 */
final class HealthApi implements Routes {
  private static final Logger log = LoggerFactory.getLogger(HealthApi.class);

  private final BooleanSupplier applied;
  private final Duration patience;

  /**
   * The route.
   *
   * @param applied asks the state database whether a project is applied; it may fail or hang
   * @param patience how long that may take
   */
  HealthApi(BooleanSupplier applied, Duration patience) {
    this.applied = applied;
    this.patience = patience;
  }

  @Override
  public void register(Router.Builder router) {
    router.get("/v1/health", this::health);
  }

  private void health(Call call) throws IOException {
    boolean ok = isApplied();
    call.send(ok ? 200 : 503, Json.object().put("status", ok ? "ok" : "unavailable"));
  }

  /** Asks the database, which may hang, on a thread that can be left alone. */
  private boolean isApplied() {
    return CompletableFuture.supplyAsync(applied::getAsBoolean, Thread::startVirtualThread)
        .orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS)
        .exceptionally(failure -> {
          log.atDebug().setMessage("health is unknown").setCause(failure).log();
          return false;
        })
        .join();
  }
}
