package io.hosu.pipelines;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.events.Access;
import io.hosu.events.DeadLettersApi;
import io.hosu.events.EventsApi;
import io.hosu.events.RecordSight;
import io.hosu.events.SendingApi;
import io.hosu.governance.AuthenticatedRoutes;
import io.hosu.governance.Authentication;
import io.hosu.governance.Grant;
import io.hosu.governance.Grantee;
import io.hosu.governance.Permission;
import io.hosu.governance.Principal;
import io.hosu.governance.Resource;
import io.hosu.governance.Terms;
import io.hosu.http.Call;
import io.hosu.http.Listener;
import io.hosu.http.ListenerConfig;
import io.hosu.http.Router;
import io.hosu.kernel.Json;
import io.hosu.kernel.TableName;
import io.hosu.query.Guard;
import io.hosu.testing.TestDatabase;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * A lake whose stages met records that they could not read, and all that is told of it over HTTP:
 * in executions, dead letters, events and a quarantine.
 */
final class RecordsLake implements AutoCloseable {
  static final String ROWS = "a.stage.rows";
  static final String OTHER = "b.stage.hidden";
  static final String QUARANTINE = "a.stage.kept_quarantine";

  final Lake lake;
  private final HttpClient client = HttpClient.newHttpClient();
  private final Listener listener;

  /**
   * The lake.
   *
   * @param secret what each record holds that nobody may see who sees a part of the tables
   */
  RecordsLake(Path directory, String secret) throws IOException {
    this(directory, secret, TestDatabase.SQLITE);
  }

  RecordsLake(Path directory, String secret, TestDatabase kind) throws IOException {
    lake = new Lake(directory, kind);
    lake.apply(
        reading(stage("a.p.rows", "raw/a/*.csv", ROWS, BadRecords.FAIL)),
        reading(stage("a.p.kept", "raw/k/*.csv", "a.stage.kept", BadRecords.QUARANTINE)),
        reading(
            Lake.stage(
                "a.p.orders",
                Trigger.Pattern.onBusOf(
                    "a", (ObjectNode) Json.parse("{\"detail-type\": [\"Order Placed\"]}")),
                "SELECT id::INTEGER AS id FROM input",
                Lake.into("a.stage.orders", Target.Mode.APPEND, List.of(), List.of()))),
        reading(stage("b.p.hidden", "raw/b/*.csv", OTHER, BadRecords.FAIL)),
        reading(
            Lake.stage(
                "a.p.copies",
                new Trigger.Tables(List.of(TableName.parse(OTHER))),
                "SELECT 1 AS one",
                Lake.into("a.stage.copies", Target.Mode.OVERWRITE, List.of(), List.of()))));
    // One after the other, so that what is told of them is the same in every such lake.
    arrive("raw/b/1.csv", "id,v\n1,x\n");
    arrive("raw/a/1.csv", "id,v\n1,x\n");
    arrive("raw/a/2.csv", "id,v\n%s,x\n".formatted(secret));
    arrive("raw/k/1.csv", "id,v\n1,x\n%s;z\n".formatted(secret));
    lake.event("a", "shop", "Order Placed", "{\"id\": \"%s\"}".formatted(secret));
    lake.finish();
    listener = new Listener(ListenerConfig.local(0), routes());
  }

  private void arrive(String object, String text) {
    lake.put(object, text);
    lake.finish();
  }

  @Override
  public void close() {
    listener.close();
    client.close();
    lake.close();
  }

  private static StageSpec stage(String name, String glob, String table, BadRecords bad) {
    return Lake.stage(
        name,
        new Trigger.Objects(List.of(glob)),
        "SELECT id::INTEGER AS id, v FROM input",
        Lake.into(table, Target.Mode.APPEND, List.of(), List.of()),
        bad);
  }

  /** The same stage, of whose SQL it is known that it reads no tables. */
  private static StageSpec reading(StageSpec stage) {
    Transform.Sql sql = (Transform.Sql) stage.transform();
    return new StageSpec(
        stage.name(),
        stage.on(),
        stage.batch(),
        stage.input(),
        sql.reading(List.of()),
        stage.into(),
        stage.running());
  }

  private Router routes() {
    InstantSource clock = InstantSource.system();
    var policy = lake.governance.policy();
    Access access = new ByPolicy();
    return Router.builder()
        .add(
            new AuthenticatedRoutes(
                lake.governance.authentication(),
                List.of(
                    new DeadLettersApi(
                        lake.database, lake.letters(), lake.redriving(), access, clock),
                    new EventsApi(lake.log(), access, clock),
                    new SendingApi(lake.database, lake.log(), access),
                    new PipelinesApi(lake.pipelines, lake.history(), policy, clock),
                    new BackfillsApi(lake.pipelines, policy, clock),
                    new RedrivesApi(lake.redrives, lake.tables, policy),
                    new TraceApi(lake.tracing(), policy),
                    new LineageApi(
                        new LineageStates(
                            lake.database,
                            lake.pipelines.stages(),
                            lake.tables,
                            new Guard(Lake.parser())),
                        lake.tables,
                        policy,
                        clock))))
        .build();
  }

  /** Everybody may describe and redrive everything: what is seen of records is asked besides. */
  private final class ByPolicy implements Access {
    @Override
    public void require(Call call, String permission, String place) {}

    @Override
    public Predicate<String> places(Call call, String permission) {
      return _ -> true;
    }

    @Override
    public void requireBus(Call call, String domain) {}

    @Override
    public RecordSight records(Call call) {
      return SeenRecords.of(
          lake.database, lake.governance.policy().rights(), Authentication.principal(call));
    }

    @Override
    public String principal(Call call) {
      return Authentication.principal(call).name();
    }
  }

  /** Somebody who describes and redrives all pipelines, and sees this of these tables. */
  void user(String name, Terms terms, String... tables) {
    lake.database.perform(
        tx -> lake.governance.principals().create(tx, Principal.user(name), Grant.CLI));
    for (String domain : List.of("a", "b")) {
      put(
          new Grant(
              "",
              Grantee.user(name),
              Set.of(Permission.DESCRIBE, Permission.REDRIVE, Permission.RUN),
              new Resource.Pipeline(domain, "p"),
              Grant.CLI));
    }
    for (String table : tables) {
      grant(name, Permission.SELECT, table, terms);
    }
  }

  void grant(String name, Permission permission, String table, Terms terms) {
    put(
        new Grant(
            "",
            Grant.Effect.ALLOW,
            Grantee.user(name),
            Set.of(permission),
            Resource.of(TableName.parse(table)),
            terms,
            Grant.CLI));
  }

  /** Somebody may read the objects whose names begin so. */
  void grantObjects(String name, String prefix) {
    put(
        new Grant(
            "",
            Grantee.user(name),
            Set.of(Permission.READ_OBJECTS),
            Resource.parse(prefix),
            Grant.CLI));
  }

  void put(Grant grant) {
    lake.database.perform(tx -> lake.governance.grants().put(tx, grant));
  }

  /** The body of the answer. */
  String send(String user, String method, String path, String body) {
    String token =
        lake.database.write(
            tx -> lake.governance.tokens().create(tx, user, Duration.ofHours(1)).text().reveal());
    try {
      return client
          .send(
              HttpRequest.newBuilder(listener.address().resolve(path))
                  .header("Authorization", "Bearer " + token)
                  .header("Content-Type", "application/json")
                  .method(method, BodyPublishers.ofString(body))
                  .build(),
              BodyHandlers.ofString())
          .body();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
