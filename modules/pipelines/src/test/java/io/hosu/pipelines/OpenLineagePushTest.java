package io.hosu.pipelines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.events.EventFilter;
import io.hosu.kernel.TableName;
import io.hosu.pipelines.Target.Mode;
import io.hosu.store.Database;
import io.hosu.testing.ManualClock;
import io.hosu.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Telling another system of executions, over HTTP. */
class OpenLineagePushTest {
  private static final TableName ORDERS = TableName.parse("shop.stage.orders");

  @TempDir Path directory;
  private final ManualClock clock = new ManualClock(Instant.parse("2030-01-01T00:00:00Z"));

  private static void declare(Lake lake) {
    lake.apply(
        Lake.stage(
            "shop.p.load",
            new Trigger.Objects(List.of("raw/shop/orders/*.csv")),
            "SELECT id, 10 / amount AS share FROM input",
            Lake.into(ORDERS.toString(), Mode.APPEND, List.of(), List.of())));
  }

  private static void put(Lake lake, String name) {
    lake.put("raw/shop/orders/" + name + ".csv", "id,amount\n7,3\n");
    lake.finish();
  }

  private OpenLineagePush push(Lake lake, Receiver receiver) {
    return push(lake, receiver, lake.database);
  }

  private OpenLineagePush push(Lake lake, Receiver receiver, Database database) {
    return lake.push(new OpenLineageConfig(receiver.url(), "secret"), database, clock);
  }

  @ParameterizedTest
  @EnumSource(TestDatabase.class)
  void everyExecutionIsToldOnceInOrderWithWhatItReadAndWrote(TestDatabase kind) throws IOException {
    try (Lake lake = new Lake(directory, kind);
        Receiver receiver = new Receiver()) {
      declare(lake);
      put(lake, "before");
      OpenLineagePush push = push(lake, receiver);
      push.step();
      assertThat(receiver.told()).as("what ended before anybody was to be told").isEmpty();

      put(lake, "1");
      lake.put("raw/shop/orders/2.csv", "id,amount\nsecret-id,3\n");
      lake.finish();
      push.step();
      push.step();

      assertThat(receiver.told())
          .containsExactly(
              "START shop.p.load", "COMPLETE shop.p.load", "START shop.p.load", "FAIL shop.p.load");
      assertThat(receiver.authorized()).containsOnly("Bearer secret");
      JsonNode complete = receiver.taken().get(1);
      assertThat(complete.at("/inputs/0/name").asText()).isEqualTo("shop/orders/1.csv");
      assertThat(complete.at("/inputs/0/namespace").asText()).isEqualTo("s3://raw");
      assertThat(complete.at("/inputs/0/inputFacets/inputStatistics/size").asLong()).isEqualTo(14);
      assertThat(complete.at("/outputs/0/name").asText()).isEqualTo(ORDERS.toString());
      assertThat(complete.at("/outputs/0/facets/version/datasetVersion").asText())
          .isEqualTo(Long.toString(lake.tables.require(ORDERS).snapshot().orElseThrow()));
      JsonNode statistics = complete.at("/outputs/0/outputFacets/outputStatistics");
      assertThat(statistics.path("rowCount").asLong()).isEqualTo(1);
      assertThat(statistics.path("fileCount").asLong()).isEqualTo(1);
      assertThat(receiver.taken().getLast().at("/run/facets/errorMessage/message").asText())
          .as("no record leaves the lake")
          .doesNotContain("secret-id")
          .contains("hosu executions show");
    }
  }

  @ParameterizedTest
  @EnumSource(TestDatabase.class)
  void whatWasSentButNotMarkedIsSentAgainAndNothingIsLost(TestDatabase kind) throws IOException {
    try (Lake lake = new Lake(directory, kind);
        Receiver receiver = new Receiver()) {
      declare(lake);
      AtomicBoolean dies = new AtomicBoolean();
      Database mortal = new DyingBeforeMarks(lake.database, dies);
      OpenLineagePush first = push(lake, receiver, mortal);
      first.step();
      put(lake, "1");
      put(lake, "2");
      dies.set(true);
      assertThatIllegalStateException().isThrownBy(first::step).withMessage("killed");
      assertThat(receiver.told()).containsExactly("START shop.p.load", "COMPLETE shop.p.load");

      OpenLineagePush second = push(lake, receiver);
      second.step();
      assertThat(receiver.told()).as("the turn of the dead one is not over").hasSize(2);
      clock.advance(Duration.ofMinutes(3));
      second.step();

      assertThat(receiver.taken()).hasSize(6);
      assertThat(receiver.taken().subList(2, 4)).isEqualTo(receiver.taken().subList(0, 2));
      second.step();
      assertThat(receiver.taken()).hasSize(6);
    }
  }

  /** A server that is killed once an event was sent, before that is kept. */
  private record DyingBeforeMarks(Database living, AtomicBoolean dies) implements Database {
    @Override
    public <T> T read(Work<T> work) {
      return living.read(work);
    }

    @Override
    public <T> T write(Work<T> work) {
      boolean marks =
          StackWalker.getInstance()
              .walk(frames -> frames.anyMatch(frame -> frame.getMethodName().equals("mark")));
      if (marks && dies.get()) {
        throw new IllegalStateException("killed");
      }
      return living.write(work);
    }

    @Override
    public void close() {}
  }

  @ParameterizedTest
  @EnumSource(TestDatabase.class)
  void whoIsDownIsTriedLaterAndLaterAndHoldsNoExecutionUp(TestDatabase kind) throws IOException {
    try (Lake lake = new Lake(directory, kind);
        Receiver receiver = new Receiver()) {
      declare(lake);
      OpenLineagePush push = push(lake, receiver);
      push.step();
      receiver.status = 503;
      put(lake, "1");
      put(lake, "2");

      assertThat(push.step()).isEqualTo(Duration.ofSeconds(1));
      receiver.status = 200;
      assertThat(push.step()).as("not before its time").isEqualTo(Duration.ofSeconds(1));
      assertThat(receiver.told()).isEmpty();
      receiver.status = 503;
      clock.advance(Duration.ofSeconds(1));
      assertThat(push.step()).isEqualTo(Duration.ofSeconds(2));
      clock.advance(Duration.ofSeconds(2));
      receiver.status = 200;
      push.step();

      assertThat(receiver.told()).hasSize(4);
    }
  }

  @ParameterizedTest
  @EnumSource(TestDatabase.class)
  void whatTheLogDropsBeforeItWasSentIsToldAsLost(TestDatabase kind) throws IOException {
    try (Lake lake = new Lake(directory, kind);
        Receiver receiver = new Receiver()) {
      declare(lake);
      OpenLineagePush push = push(lake, receiver);
      push.step();
      receiver.status = 503;
      put(lake, "1");
      put(lake, "2");
      push.step();
      assertThat(push.behind().orElseThrow().path("waiting_events").asLong()).isPositive();
      assertThat(push.behind().orElseThrow().path("dropped_events").asLong()).isZero();
      assertThat(push.tellLost(Instant.now().minus(Duration.ofDays(1)))).isZero();

      Instant limit = Instant.now().plus(Duration.ofDays(1));
      assertThat(push.tellLost(limit)).isEqualTo(2);
      lake.events.removeBefore(limit);

      JsonNode behind = push.behind().orElseThrow();
      assertThat(behind.path("dropped_events").asLong()).isPositive();
      assertThat(lost(lake).path("runs").asLong()).isEqualTo(2);
      assertThat(push.tellLost(limit)).as("once").isZero();
      receiver.status = 200;
      clock.advance(Duration.ofMinutes(5));
      put(lake, "3");
      push.step();
      assertThat(receiver.told()).containsExactly("START shop.p.load", "COMPLETE shop.p.load");
      assertThat(push.behind().orElseThrow().path("dropped_events").asLong()).isZero();
      assertThat(push.behind().orElseThrow().path("waiting_since").isNull()).isTrue();
    }
  }

  private static JsonNode lost(Lake lake) {
    return lake.events
        .list(EventFilter.ALL.detailType("OpenLineage Runs Lost"), 9)
        .items()
        .getFirst()
        .event()
        .detail();
  }

  @ParameterizedTest
  @EnumSource(TestDatabase.class)
  void oneThatIsRefusedForGoodHoldsNoOtherUp(TestDatabase kind) throws IOException {
    try (Lake lake = new Lake(directory, kind);
        Receiver receiver = new Receiver()) {
      declare(lake);
      OpenLineagePush push = push(lake, receiver);
      push.step();
      receiver.status = 422;
      put(lake, "1");
      push.step();
      receiver.status = 200;
      put(lake, "2");
      push.step();

      assertThat(receiver.told()).containsExactly("START shop.p.load", "COMPLETE shop.p.load");
      assertThat(receiver.taken().getFirst().at("/inputs/0/name").asText())
          .isEqualTo("shop/orders/2.csv");
    }
  }

  @ParameterizedTest
  @EnumSource(TestDatabase.class)
  void anExecutionUnderWayIsToldAtOnceAndItsBeginningNotTwice(TestDatabase kind)
      throws IOException {
    try (Lake lake = new Lake(directory, kind);
        Receiver receiver = new Receiver()) {
      declare(lake);
      OpenLineagePush push = push(lake, receiver);
      push.step();
      lake.prepared =
          _ -> {
            push.step();
            push.step();
            assertThat(receiver.told()).containsExactly("START shop.p.load");
          };
      put(lake, "1");
      push.step();

      assertThat(receiver.told()).containsExactly("START shop.p.load", "COMPLETE shop.p.load");
    }
  }
}
