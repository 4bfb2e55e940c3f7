package io.hosu.tables.iceberg;

import io.hosu.governance.Authentication;
import io.hosu.governance.Caller;
import io.hosu.governance.Permission;
import io.hosu.governance.Policy;
import io.hosu.governance.Resource;
import io.hosu.http.Call;
import io.hosu.http.Router;
import io.hosu.http.Routes;
import io.hosu.kernel.Names;
import io.hosu.kernel.TableName;
import io.hosu.store.Transaction;
import io.hosu.tables.LakeView;
import io.hosu.tables.PreparedView;
import io.hosu.tables.TableUses;
import io.hosu.tables.Views;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.rest.requests.CreateViewRequest;
import org.apache.iceberg.rest.requests.RegisterViewRequest;
import org.apache.iceberg.rest.requests.UpdateTableRequest;
import org.apache.iceberg.rest.responses.ImmutableLoadViewResponse;

/** Views as engines make, find, change and drop them. */
final class ViewRoutes implements Routes {
  private static final String NAMESPACE = IcebergDoor.PATH + "/{prefix}/namespaces/{namespace}";
  private static final String PATH = NAMESPACE + "/views";
  private static final String ONE = PATH + "/{view}";

  private final Views views;
  private final Warehouses warehouses;
  private final Readers readers;
  private final Policy policy;
  private final Once once;
  private final Renames renames;

  ViewRoutes(Views views, Warehouses warehouses, Readers readers, Policy policy, Once once) {
    this.views = views;
    this.warehouses = warehouses;
    this.readers = readers;
    this.policy = policy;
    this.once = once;
    this.renames = new Renames(warehouses, readers, policy, once, TableUses.NONE);
  }

  @Override
  public void register(Router.Builder router) {
    router
        .get(PATH, this::list)
        .post(PATH, this::create)
        .post(NAMESPACE + "/register-view", this::register)
        .route("HEAD", ONE, this::exists)
        .get(ONE, this::load)
        .post(ONE, this::replace)
        .delete(ONE, this::drop)
        .post(IcebergDoor.PATH + "/{prefix}/views/rename", this::rename);
  }

  private void list(Call call) throws IOException {
    String domain = warehouses.domain(call);
    String layer = warehouses.layer(call, domain);
    Pages.send(call, layer, readers.names(call, domain, layer, views.list()));
  }

  private void exists(Call call) {
    readers.requireKnownView(call, name(call));
    call.sendNothing();
  }

  /** The columns of a view are in its metadata: who may know a part of them only gets none. */
  private void load(Call call) throws IOException {
    LakeView view = readers.requireKnownView(call, name(call));
    Caller caller = Authentication.caller(call);
    readers.requireWhole(caller, view.name());
    policy.require(caller, Permission.DESCRIBE, Resource.of(view.name()));
    send(call, view);
  }

  private void create(Call call) throws IOException {
    Asked asked = Asked.of(call);
    CreateViewRequest request = asked.read(CreateViewRequest.class);
    TableName name = newView(call, request.name());
    publish(
        asked,
        name,
        Permission.CREATE_TABLE,
        () ->
            views.prepareNew(
                name,
                draft ->
                    draft
                        .setProperties(request.properties())
                        .setCurrentVersion(request.viewVersion(), request.schema()),
                Optional.ofNullable(request.location())));
  }

  private void register(Call call) throws IOException {
    Asked asked = Asked.of(call);
    RegisterViewRequest request = asked.read(RegisterViewRequest.class);
    TableName name = newView(call, request.name());
    publish(
        asked,
        name,
        Permission.CREATE_TABLE,
        () ->
            views.prepareRegistered(
                name,
                request.metadataLocation(),
                Publishing.named(policy, Authentication.caller(call))));
  }

  private void replace(Call call) throws IOException {
    Asked asked = Asked.of(call);
    UpdateTableRequest request = asked.read(UpdateTableRequest.class);
    TableName name = readers.requireKnownView(call, name(call)).name();
    publish(
        asked,
        name,
        Permission.ALTER,
        () -> views.prepare(name, request.requirements(), request.updates()));
  }

  private void publish(
      Asked asked, TableName name, Permission permission, Supplier<PreparedView> preparing)
      throws IOException {
    Caller caller = Authentication.caller(asked.call());
    readers.requireWhole(caller, name);
    policy.require(caller, permission, Resource.of(name));
    try (var change = new ViewChange(preparing)) {
      once.run(asked, change::prepare, change::publish);
    }
    send(asked.call(), readers.requireKnownView(asked.call(), name));
  }

  /** A change that is prepared unless the request was answered before. */
  private static final class ViewChange implements AutoCloseable {
    private final Supplier<PreparedView> preparing;
    private Optional<PreparedView> prepared = Optional.empty();

    ViewChange(Supplier<PreparedView> preparing) {
      this.preparing = preparing;
    }

    void prepare() {
      prepared = Optional.of(preparing.get());
    }

    void publish(Transaction tx) {
      prepared.orElseThrow().publish(tx);
    }

    @Override
    public void close() {
      prepared.ifPresent(PreparedView::close);
    }
  }

  private void drop(Call call) throws IOException {
    Asked asked = Asked.of(call);
    TableName name = name(call);
    Caller caller = Authentication.caller(call);
    once.run(
        asked,
        () -> {
          readers.requireKnownView(call, name);
          policy.requireWithin(caller, Permission.DROP, Resource.of(name));
        },
        tx -> views.drop(tx, name));
    call.sendNothing();
  }

  private void rename(Call call) throws IOException {
    renames.answer(
        call, warehouses::view, readers::requireKnownView, Permission.DESCRIBE, views::rename);
  }

  private TableName name(Call call) {
    return warehouses.view(
        warehouses.domain(call),
        TableIdentifier.of(Namespace.of(call.variable("namespace")), call.variable("view")));
  }

  private TableName newView(Call call, String name) {
    String domain = warehouses.domain(call);
    String layer = warehouses.layer(call, domain);
    return new TableName(domain, layer, Names.requireName("view", name));
  }

  private static void send(Call call, LakeView view) throws IOException {
    IcebergJson.send(
        call.response(),
        200,
        ImmutableLoadViewResponse.builder()
            .metadataLocation(view.metadataLocation())
            .metadata(view.metadata())
            .build());
  }
}
