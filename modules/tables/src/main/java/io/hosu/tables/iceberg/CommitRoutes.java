package io.hosu.tables.iceberg;

import io.hosu.governance.Authentication;
import io.hosu.governance.Caller;
import io.hosu.governance.Permission;
import io.hosu.governance.Policy;
import io.hosu.governance.Resource;
import io.hosu.http.Call;
import io.hosu.http.HttpError;
import io.hosu.http.Router;
import io.hosu.http.Routes;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Names;
import io.hosu.kernel.TableName;
import io.hosu.tables.OpenCatalog;
import io.hosu.tables.TableUpdate;
import io.hosu.tables.Tables;
import io.hosu.tables.iceberg.AnsweredRequests.Done;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.UpdateRequirement;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.rest.requests.CommitTransactionRequest;
import org.apache.iceberg.rest.requests.CreateTableRequest;
import org.apache.iceberg.rest.requests.RegisterTableRequest;
import org.apache.iceberg.rest.requests.UpdateTableRequest;

/** Tables as engines make them and commit to them. */
final class CommitRoutes implements Routes {
  private static final String PATH = IcebergDoor.TABLES;

  private final OpenCatalog catalog;
  private final Warehouses warehouses;
  private final Readers readers;
  private final Policy policy;
  private final Publishing publishing;
  private final TableAnswers answers;

  CommitRoutes(
      Tables tables,
      Warehouses warehouses,
      Readers readers,
      Policy policy,
      Publishing publishing,
      TableAnswers answers) {
    this.catalog = tables.open();
    this.warehouses = warehouses;
    this.readers = readers;
    this.policy = policy;
    this.publishing = publishing;
    this.answers = answers;
  }

  @Override
  public void register(Router.Builder router) {
    router
        .post(PATH, this::create)
        .post(PATH + "/{table}", this::commit)
        .post(IcebergDoor.PATH + "/{prefix}/namespaces/{namespace}/register", this::register)
        .post(IcebergDoor.PATH + "/{prefix}/transactions/commit", this::commitAll);
  }

  private void create(Call call) throws IOException {
    Asked asked = Asked.of(call);
    CreateTableRequest request = asked.read(CreateTableRequest.class);
    TableName name = newTable(call, request.name());
    Caller caller = Authentication.caller(call);
    policy.require(caller, Permission.CREATE_TABLE, Resource.of(name));
    readers.requireWholeIfThere(caller, name);
    if (request.stageCreate()) {
      IcebergJson.send(call.response(), 200, answers.draft(call, name, draft(name, request)));
      return;
    }
    Done done =
        publishing.publish(
            asked,
            () ->
                catalog.prepare(
                    Publishing.context(caller),
                    List.of(OpenCatalog.creation(name, draft(name, request)))));
    answer(call, name, done);
  }

  private TableMetadata draft(TableName name, CreateTableRequest request) {
    Map<String, String> properties = request.properties() == null ? Map.of() : request.properties();
    PartitionSpec spec = request.spec() == null ? PartitionSpec.unpartitioned() : request.spec();
    SortOrder order = request.writeOrder() == null ? SortOrder.unsorted() : request.writeOrder();
    return catalog.draft(
        name, request.schema(), spec, order, Optional.ofNullable(request.location()), properties);
  }

  private void register(Call call) throws IOException {
    Asked asked = Asked.of(call);
    RegisterTableRequest request = asked.read(RegisterTableRequest.class);
    if (request.overwrite()) {
      throw new Invalid(
          IcebergError.OPERATION_UNSUPPORTED,
          "A table that is there is not registered over.",
          "Drop it first, or register the other one under another name.");
    }
    TableName name = newTable(call, request.name());
    Caller caller = Authentication.caller(call);
    policy.require(caller, Permission.CREATE_TABLE, Resource.of(name));
    readers.requireWholeIfThere(caller, name);
    Done done =
        publishing.publish(
            asked,
            () ->
                catalog.prepareRegistered(
                    Publishing.context(caller),
                    name,
                    request.metadataLocation(),
                    Publishing.named(policy, caller)));
    answer(call, name, done);
  }

  /** The name of a table that may be made in the namespace of the path. */
  private TableName newTable(Call call, String name) {
    String domain = warehouses.domain(call);
    String layer = warehouses.layer(call, domain);
    return new TableName(domain, layer, Names.requireName("table", name));
  }

  private void commit(Call call) throws IOException {
    Asked asked = Asked.of(call);
    UpdateTableRequest request = asked.read(UpdateTableRequest.class);
    TableName name = warehouses.table(call);
    Done done = publishing.publish(asked, List.of(update(call, name, request)));
    answer(call, name, done);
  }

  private void commitAll(Call call) throws IOException {
    Asked asked = Asked.of(call);
    CommitTransactionRequest request = asked.read(CommitTransactionRequest.class);
    String domain = warehouses.domain(call);
    Set<TableName> names = new HashSet<>();
    List<TableUpdate> updates =
        request.tableChanges().stream()
            .map(change -> update(call, table(domain, change.identifier()), change))
            .toList();
    if (!updates.stream().map(TableUpdate::table).allMatch(names::add)) {
      throw new Invalid(
          HttpError.BODY_INVALID,
          "The transaction changes a table twice.",
          "Put all changes to a table into one.");
    }
    publishing.publish(asked, updates);
    call.sendNothing();
  }

  static TableName table(String domain, TableIdentifier id) {
    return Warehouses.table(domain, Warehouses.layer(id), id.name());
  }

  private TableUpdate update(Call call, TableName name, UpdateTableRequest request) {
    boolean creates =
        request.requirements().stream()
            .anyMatch(UpdateRequirement.AssertTableDoesNotExist.class::isInstance);
    if (creates) {
      warehouses.requireLayer(call, name.domain(), name.layer());
      readers.requireWholeIfThere(Authentication.caller(call), name);
    } else {
      readers.requireKnown(call, name);
      readers.requireWhole(Authentication.caller(call), name);
    }
    return new TableUpdate(
        name,
        request.requirements(),
        request.updates(),
        Publishing.named(policy, Authentication.caller(call)));
  }

  private void answer(Call call, TableName name, Done done) throws IOException {
    answers.send(call, name, catalog.metadata(done.made().getFirst()));
  }
}
