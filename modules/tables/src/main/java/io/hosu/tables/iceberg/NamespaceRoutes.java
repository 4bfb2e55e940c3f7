package io.hosu.tables.iceberg;

import io.hosu.governance.Authentication;
import io.hosu.governance.Caller;
import io.hosu.governance.Decision;
import io.hosu.governance.Permission;
import io.hosu.governance.Policy;
import io.hosu.governance.Resource;
import io.hosu.http.Call;
import io.hosu.http.Router;
import io.hosu.http.Routes;
import io.hosu.kernel.Page;
import io.hosu.store.Database;
import io.hosu.store.Transaction;
import io.hosu.tables.iceberg.AnsweredRequests.Done;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.rest.requests.CreateNamespaceRequest;
import org.apache.iceberg.rest.requests.UpdateNamespacePropertiesRequest;
import org.apache.iceberg.rest.responses.CreateNamespaceResponse;
import org.apache.iceberg.rest.responses.GetNamespaceResponse;
import org.apache.iceberg.rest.responses.ListNamespacesResponse;
import org.apache.iceberg.rest.responses.UpdateNamespacePropertiesResponse;

/** The layers of a domain as namespaces, with what engines keep beside them. */
final class NamespaceRoutes implements Routes {
  private static final String PATH = IcebergDoor.PATH + "/{prefix}/namespaces";
  private static final String ONE = PATH + "/{namespace}";

  private final Database database;
  private final Warehouses warehouses;
  private final Layers layers;
  private final Policy policy;
  private final Once once;

  NamespaceRoutes(
      Database database, Warehouses warehouses, Layers layers, Policy policy, Once once) {
    this.database = database;
    this.warehouses = warehouses;
    this.layers = layers;
    this.policy = policy;
    this.once = once;
  }

  @Override
  public void register(Router.Builder router) {
    router
        .get(PATH, this::list)
        .post(PATH, this::create)
        .route("HEAD", ONE, this::exists)
        .get(ONE, this::load)
        .delete(ONE, this::drop)
        .post(ONE + "/properties", this::update);
  }

  private void list(Call call) throws IOException {
    String domain = warehouses.domain(call);
    List<String> visible = warehouses.layers(call, domain);
    boolean inLayer =
        call.query("parent", parent -> warehouses.requireLayer(call, domain, parent)).isPresent();
    Page<String> page = Pages.of(call, inLayer ? List.of() : visible);
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

  /** Its properties are told to who may describe all of it, not to who knows one table in it. */
  private void load(Call call) throws IOException {
    String domain = warehouses.domain(call);
    String layer = warehouses.layer(call, domain);
    GetNamespaceResponse answer =
        GetNamespaceResponse.builder()
            .withNamespace(Namespace.of(layer))
            .setProperties(
                mayDescribe(call, domain, layer)
                    ? database.read(tx -> NamespaceProperties.of(tx, domain, layer))
                    : new HashMap<>())
            .build();
    IcebergJson.send(call.response(), 200, answer);
  }

  private boolean mayDescribe(Call call, String domain, String layer) {
    return policy.decide(
            Authentication.principal(call), Permission.DESCRIBE, new Resource.Layer(domain, layer))
        instanceof Decision.Allowed;
  }

  /** Clients that make sure of a namespace ask to make it, and take it well that it is there. */
  private void create(Call call) throws IOException {
    Asked asked = Asked.of(call);
    CreateNamespaceRequest request = asked.read(CreateNamespaceRequest.class);
    String domain = warehouses.domain(call);
    String layer = Layers.name(request.namespace());
    Map<String, String> properties = new HashMap<>();
    if (request.properties() != null) {
      properties.putAll(request.properties());
    }
    once.run(
        asked,
        () -> {
          if (warehouses.layers(call, domain).contains(layer)) {
            throw Layers.exists(layer);
          }
          requireAdmin(call);
        },
        tx -> {
          layers.create(tx, layer);
          NamespaceProperties.set(tx, domain, layer, properties);
        });
    CreateNamespaceResponse answer =
        CreateNamespaceResponse.builder()
            .withNamespace(request.namespace())
            .setProperties(properties)
            .build();
    IcebergJson.send(call.response(), 200, answer);
  }

  private void drop(Call call) throws IOException {
    Asked asked = Asked.of(call);
    String domain = warehouses.domain(call);
    String layer = call.variable("namespace");
    once.run(
        asked,
        () -> {
          warehouses.requireLayer(call, domain, layer);
          requireAdmin(call);
        },
        tx -> {
          layers.drop(tx, layer);
          NamespaceProperties.removeAll(tx, layer);
        });
    call.sendNothing();
  }

  /** A layer is one for all domains. */
  private void requireAdmin(Call call) {
    policy.require(Authentication.caller(call), Permission.ADMIN, new Resource.Lake());
  }

  private void update(Call call) throws IOException {
    Asked asked = Asked.of(call);
    UpdateNamespacePropertiesRequest request = asked.read(UpdateNamespacePropertiesRequest.class);
    String domain = warehouses.domain(call);
    String layer = warehouses.layer(call, domain);
    Caller caller = Authentication.caller(call);
    Done missing =
        once.change(
            asked,
            () -> policy.require(caller, Permission.ALTER, new Resource.Layer(domain, layer)),
            tx -> update(tx, domain, layer, request));
    List<String> absent = new ArrayList<>(missing.made());
    List<String> removed = new ArrayList<>(request.removals());
    removed.removeAll(absent);
    UpdateNamespacePropertiesResponse answer =
        UpdateNamespacePropertiesResponse.builder()
            .addUpdated(new ArrayList<>(request.updates().keySet()))
            .addRemoved(removed)
            .addMissing(absent)
            .build();
    IcebergJson.send(call.response(), 200, answer);
  }

  private static Done update(
      Transaction tx, String domain, String layer, UpdateNamespacePropertiesRequest request) {
    Set<String> there = NamespaceProperties.of(tx, domain, layer).keySet();
    NamespaceProperties.remove(tx, domain, layer, request.removals());
    NamespaceProperties.set(tx, domain, layer, request.updates());
    return new Done(
        request.removals().stream().distinct().filter(name -> !there.contains(name)).toList());
  }
}
