package io.hosu.tables.iceberg;

import io.hosu.http.Call;
import io.hosu.http.Router;
import io.hosu.http.Routes;
import io.hosu.kernel.HosuException;
import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Page;
import java.io.IOException;
import java.util.List;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.rest.requests.CreateNamespaceRequest;
import org.apache.iceberg.rest.responses.GetNamespaceResponse;
import org.apache.iceberg.rest.responses.ListNamespacesResponse;

/** The layers of a domain. They are made and removed by the lake project alone. */
final class NamespaceRoutes implements Routes {
  private static final String PATH = IcebergDoor.PATH + "/{prefix}/namespaces";
  private static final String ONE = PATH + "/{namespace}";

  private final Warehouses warehouses;

  NamespaceRoutes(Warehouses warehouses) {
    this.warehouses = warehouses;
  }

  @Override
  public void register(Router.Builder router) {
    router
        .get(PATH, this::list)
        .post(PATH, this::create)
        .route("HEAD", ONE, this::exists)
        .get(ONE, this::load)
        .delete(ONE, this::change)
        .post(ONE + "/properties", this::change);
  }

  private void list(Call call) throws IOException {
    String domain = warehouses.domain(call);
    List<String> layers = warehouses.layers(call, domain);
    boolean inLayer =
        call.query("parent", parent -> warehouses.requireLayer(call, domain, parent)).isPresent();
    Page<String> page = Pages.of(call, inLayer ? List.of() : layers);
    ListNamespacesResponse.Builder answer =
        ListNamespacesResponse.builder()
            .addAll(page.items().stream().map(Namespace::of).toList())
            .nextPageToken(page.next());
    IcebergJson.send(call.response(), 200, answer.build());
  }

  private void exists(Call call) {
    warehouses.layer(call, warehouses.domain(call));
    call.sendNothing();
  }

  private void load(Call call) throws IOException {
    String layer = warehouses.layer(call, warehouses.domain(call));
    GetNamespaceResponse answer =
        GetNamespaceResponse.builder().withNamespace(Namespace.of(layer)).build();
    IcebergJson.send(call.response(), 200, answer);
  }

  /** Clients that make sure of a namespace ask to make it, and take it well that it is there. */
  private void create(Call call) throws IOException {
    String domain = warehouses.domain(call);
    CreateNamespaceRequest request = IcebergJson.read(call, CreateNamespaceRequest.class);
    String namespace = String.join(".", request.namespace().levels());
    if (warehouses.layers(call, domain).contains(namespace)) {
      throw new Conflict(
          IcebergError.NAMESPACE_EXISTS,
          "The namespace %s exists.".formatted(namespace),
          "Go on with it.");
    }
    throw declared();
  }

  private void change(Call call) {
    warehouses.layer(call, warehouses.domain(call));
    throw declared();
  }

  private static HosuException declared() {
    return new Invalid(
        IcebergError.OPERATION_UNSUPPORTED,
        "Namespaces are the layers of the lake, which its project declares.",
        "Change layers in lake.yaml, then: hosu apply");
  }
}
