package io.hosu.server;

import io.hosu.http.Call;
import io.hosu.http.Router;
import io.hosu.http.Routes;
import io.hosu.kernel.Json;
import java.io.IOException;

/** {@code GET /v1/health}: whether the server answers. Open to everyone, and says nothing else. */
final class HealthApi implements Routes {
  @Override
  public void register(Router.Builder router) {
    router.get("/v1/health", HealthApi::health);
  }

  private static void health(Call call) throws IOException {
    call.send(200, Json.object().put("status", "ok"));
  }
}
