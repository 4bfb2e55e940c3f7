package io.hosu.tables.iceberg;

import io.hosu.governance.AuthenticatedRoutes;
import io.hosu.governance.Door;
import io.hosu.governance.Governance;
import io.hosu.governance.Policy;
import io.hosu.http.Router;
import io.hosu.http.Routes;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.objects.Buckets;
import io.hosu.store.Database;
import io.hosu.tables.TableUses;
import io.hosu.tables.Tables;
import java.time.InstantSource;
import java.util.List;

/**
 * The catalog as Iceberg's REST protocol has it, at {@code /iceberg}: a warehouse is a domain, a
 * namespace a layer. Asks by itself who calls.
 */
public final class IcebergDoor implements Routes {
  /** Where the protocol begins. */
  static final String PATH = "/iceberg/v1";

  static final String TABLES = PATH + "/{prefix}/namespaces/{namespace}/tables";

  private final Routes open;
  private final Routes guarded;

  /**
   * The door.
   *
   * @param database where the answers to repeatable requests are kept
   * @param uses asked before the name of a table is taken
   */
  public IcebergDoor(
      Database database,
      Governance governance,
      Buckets buckets,
      Tables tables,
      FileDoor files,
      TableUses uses,
      InstantSource clock) {
    Warehouses warehouses = new Warehouses(buckets, governance.policy());
    Engines engines = new Engines(governance.principals());
    Readers readers = new Readers(tables, governance.policy(), engines);
    TableAnswers answers =
        new TableAnswers(tables.open(), governance.fileKeys(), governance.policy(), files);
    Policy policy = governance.policy();
    AnsweredRequests answered = new AnsweredRequests(database, clock);
    Once once = new Once(database, answered);
    Layers layers = new Layers(buckets, tables.open());
    Publishing publishing = new Publishing(database, tables.open(), policy, answered, clock);
    this.open = new TokenRoutes(governance.derivedTokens(), governance.recorder());
    this.guarded =
        new AuthenticatedRoutes(
            governance.authentication(),
            Door.ICEBERG,
            List.of(
                new ConfigRoutes(warehouses),
                IcebergDoor::refuseRest,
                new NamespaceRoutes(database, warehouses, layers, policy, once),
                new ViewRoutes(tables.open().views(), warehouses, readers, policy, once),
                new TableRoutes(tables, warehouses, readers, answers),
                new CommitRoutes(tables, warehouses, readers, policy, publishing, answers),
                new ChangeRoutes(tables, warehouses, readers, policy, once, uses, clock)));
  }

  /** All that the protocol has and the door does not. */
  private static void refuseRest(Router.Builder router) {
    for (String method : List.of("GET", "POST", "PUT", "DELETE")) {
      router.route(
          method,
          PATH + "/{prefix}/{rest...}",
          call -> {
            throw new Invalid(
                IcebergError.OPERATION_UNSUPPORTED,
                "The Iceberg door does not answer %s %s."
                    .formatted(call.request().method(), call.request().path()),
                "See what it offers in the answer to GET /iceberg/v1/config?warehouse=DOMAIN");
          });
    }
  }

  @Override
  public void register(Router.Builder router) {
    Router.Builder told = router.takingAnyParameters().wrapping(IcebergFailures::told);
    told.add(open).add(guarded);
  }
}
