package io.hosu.tables.iceberg;

import io.hosu.governance.AuditRecord;
import io.hosu.governance.Authentication;
import io.hosu.governance.Caller;
import io.hosu.governance.Permission;
import io.hosu.governance.Policy;
import io.hosu.governance.Resource;
import io.hosu.http.Call;
import io.hosu.http.Router;
import io.hosu.http.Routes;
import io.hosu.kernel.TableName;
import io.hosu.store.Transaction;
import io.hosu.tables.TableUses;
import io.hosu.tables.Tables;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.function.Consumer;
import org.apache.iceberg.rest.requests.ReportMetricsRequest;

/** Tables as engines drop and rename them, and what they report of their work. */
final class ChangeRoutes implements Routes {
  private static final String ONE = IcebergDoor.TABLES + "/{table}";

  private final Tables tables;
  private final Warehouses warehouses;
  private final Readers readers;
  private final Policy policy;
  private final Once once;
  private final TableUses uses;
  private final Renames renames;
  private final InstantSource clock;

  ChangeRoutes(
      Tables tables,
      Warehouses warehouses,
      Readers readers,
      Policy policy,
      Once once,
      TableUses uses,
      InstantSource clock) {
    this.tables = tables;
    this.warehouses = warehouses;
    this.readers = readers;
    this.policy = policy;
    this.once = once;
    this.uses = uses;
    this.renames = new Renames(warehouses, readers, policy, once, uses);
    this.clock = clock;
  }

  @Override
  public void register(Router.Builder router) {
    router
        .delete(ONE, this::drop)
        .post(IcebergDoor.PATH + "/{prefix}/tables/rename", this::rename)
        .post(ONE + "/metrics", this::report);
  }

  private void drop(Call call) throws IOException {
    Asked asked = Asked.of(call);
    TableName name = warehouses.table(call);
    Consumer<Transaction> refusal = uses.refusalToDrop(name, Authentication.principal(call));
    once.run(
        asked,
        () -> {
          readers.requireKnown(call, name);
          policy.requireWithin(Authentication.caller(call), Permission.DROP, Resource.of(name));
        },
        tx -> {
          refusal.accept(tx);
          tables.drop(tx, name);
        });
    call.sendNothing();
  }

  private void rename(Call call) throws IOException {
    renames.answer(
        call, CommitRoutes::table, readers::requireKnown, Permission.SELECT, tables.open()::rename);
  }

  /** Goes on record, with what the engine says of its scan or its commit. */
  private void report(Call call) throws IOException {
    Asked asked = Asked.of(call);
    ReportMetricsRequest request = asked.read(ReportMetricsRequest.class);
    TableName name = readers.requireKnown(call, warehouses.table(call)).name();
    Caller caller = Authentication.caller(call);
    caller
        .trail()
        .add(
            AuditRecord.of(
                    clock.instant(),
                    caller,
                    "REPORT_METRICS",
                    name.toString(),
                    AuditRecord.Verdict.ALLOWED)
                .with("kind", request.reportType().name())
                .with("report", new String(asked.body(), StandardCharsets.UTF_8)));
    call.sendNothing();
  }
}
