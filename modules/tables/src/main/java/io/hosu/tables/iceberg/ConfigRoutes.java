package io.hosu.tables.iceberg;

import io.hosu.http.Call;
import io.hosu.http.HttpError;
import io.hosu.http.Router;
import io.hosu.http.Routes;
import io.hosu.kernel.HosuException.Invalid;
import java.io.IOException;
import java.util.List;
import org.apache.iceberg.rest.Endpoint;
import org.apache.iceberg.rest.responses.ConfigResponse;

/** What a client needs to know before all else. */
final class ConfigRoutes implements Routes {
  /** What the door offers: a client asks for nothing else. */
  private static final List<Endpoint> ENDPOINTS =
      List.of(
          Endpoint.V1_LIST_NAMESPACES,
          Endpoint.V1_LOAD_NAMESPACE,
          Endpoint.V1_NAMESPACE_EXISTS,
          Endpoint.V1_CREATE_NAMESPACE,
          Endpoint.V1_UPDATE_NAMESPACE,
          Endpoint.V1_DELETE_NAMESPACE,
          Endpoint.V1_LIST_TABLES,
          Endpoint.V1_LOAD_TABLE,
          Endpoint.V1_TABLE_EXISTS,
          Endpoint.V1_TABLE_CREDENTIALS,
          Endpoint.V1_CREATE_TABLE,
          Endpoint.V1_UPDATE_TABLE,
          Endpoint.V1_DELETE_TABLE,
          Endpoint.V1_RENAME_TABLE,
          Endpoint.V1_REGISTER_TABLE,
          Endpoint.V1_REPORT_METRICS,
          Endpoint.V1_LIST_VIEWS,
          Endpoint.V1_LOAD_VIEW,
          Endpoint.V1_VIEW_EXISTS,
          Endpoint.V1_CREATE_VIEW,
          Endpoint.V1_UPDATE_VIEW,
          Endpoint.V1_DELETE_VIEW,
          Endpoint.V1_RENAME_VIEW,
          Endpoint.V1_REGISTER_VIEW,
          Endpoint.V1_COMMIT_TRANSACTION);

  private final Warehouses warehouses;

  ConfigRoutes(Warehouses warehouses) {
    this.warehouses = warehouses;
  }

  @Override
  public void register(Router.Builder router) {
    router.get(IcebergDoor.PATH + "/config", this::config);
  }

  private void config(Call call) throws IOException {
    String warehouse =
        call.query("warehouse", String::valueOf)
            .orElseThrow(() ->
                new Invalid(
                    HttpError.PARAMETER_INVALID,
                    "The request names no warehouse.",
                    "Set warehouse to a domain of the lake: %s."
                        .formatted(String.join(", ", warehouses.visible(call)))));
    ConfigResponse config =
        ConfigResponse.builder()
            .withOverride("prefix", warehouses.require(call, warehouse))
            .withEndpoints(ENDPOINTS)
            .withIdempotencyKeyLifetime(AnsweredRequests.LIFETIME.toString())
            .build();
    IcebergJson.send(call.response(), 200, config);
  }
}
