package io.hosu.pipelines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.Json;
import io.hosu.pipelines.Target.Mode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stages whose input is the events that start them, over real engines and tables. */
class EventStagesTest {
  private static final String STAGE = "shop.orders.book";
  private static final String TABLE = "shop.stage.orders";
  private static final String SOURCE = "com.example.shop";

  private Lake lake;

  @BeforeEach
  void open(@TempDir Path directory) throws IOException {
    lake = new Lake(directory);
  }

  @AfterEach
  void close() {
    lake.close();
  }

  private static StageSpec stage(String pattern, String sql) {
    return Lake.stage(
        STAGE,
        Trigger.Pattern.onBusOf("shop", (ObjectNode) Json.parse(pattern)),
        sql,
        Lake.into(TABLE, Mode.APPEND, List.of(), List.of()));
  }

  private static StageSpec orders(String sql) {
    return stage(
        "{\"source\": [\"%s\"], \"detail-type\": [\"Order Placed\"]}".formatted(SOURCE), sql);
  }

  private void order(String domain, String detail) {
    lake.event(domain, SOURCE, "Order Placed", detail);
  }

  @Test
  void eachEventIsARowOfTheFieldsOfItsDetail() {
    lake.apply(orders("SELECT id, lines.sku AS sku, _event.detail_type AS type FROM input"));
    order("shop", "{\"id\": 1, \"lines\": {\"sku\": \"a\"}}");
    order("shop", "{\"id\": 2, \"lines\": {\"sku\": \"b\"}}");
    lake.finish();

    assertThat(lake.deadLetters()).isEmpty();
    assertThat(lake.query(TABLE, "SELECT id, sku, type FROM t ORDER BY id"))
        .containsExactly("1,a,Order Placed", "2,b,Order Placed");
    assertThat(lake.pipelines.executions().require(lake.executions().getLast().id()).inputs())
        .allMatch(input -> input.kind() == ExecutionInput.Kind.EVENT);
  }

  @Test
  void whatWasTakenBackIsNotRetriedOverTheEventsThatAreLeftOfIt() {
    lake.apply(orders("SELECT id FROM input"));
    order("shop", "{\"id\": 1}");
    order("shop", "{\"id\": 2}");
    lake.finish();
    Execution first = lake.executions().getFirst();
    List<String> events = first.origin().events();
    lake.pipelines
        .rollbacks(lake.tables)
        .rollback(
            new Rollbacks.Request(first.id(), "user:ann", Seen.ALL, Rollbacks.Reach.CASCADE),
            _ -> {});
    lake.database.perform(tx -> tx.update("DELETE FROM events WHERE id = ?", events.getFirst()));

    assertThatExceptionOfType(Conflict.class)
        .isThrownBy(() -> lake.pipelines.retrying().retry(first.id(), "user:ann", Seen.ALL))
        .satisfies(e -> {
          assertThat(e.code()).isEqualTo(PipelinesError.NOTHING_TO_RETRY);
          assertThat(e.what())
              .startsWith("1 of the %d events".formatted(events.size()))
              .contains(events.getFirst());
          assertThat(e.remedy()).contains("SELECT * FROM " + TABLE + " AT (VERSION => ");
        });
  }

  @Test
  void eventsOnTheBusOfAnotherDomainAreNotTaken() {
    lake.apply(orders("SELECT id FROM input"));
    order("bank", "{\"id\": 1}");
    order("shop", "{\"id\": 2}");
    lake.finish();

    assertThat(lake.query(TABLE, "SELECT id FROM t")).containsExactly("2");
  }

  @Test
  void anEventThatTheSqlCannotTakeIsSetApartAndTheOthersAreRows() {
    lake.apply(orders("SELECT id::INTEGER AS id FROM input"));
    order("shop", "{\"id\": \"1\"}");
    order("shop", "{\"id\": \"no number\"}");
    order("shop", "{\"id\": \"3\"}");
    lake.finish();

    assertThat(lake.query(TABLE, "SELECT id FROM t ORDER BY id")).containsExactly("1", "3");
    assertThat(lake.deadLetters())
        .singleElement()
        .satisfies(letter -> {
          assertThat(letter.event().detail().path("id").asText()).isEqualTo("no number");
          assertThat(letter.cause().what())
              .startsWith("Event %s has a value".formatted(letter.event().id()))
              .doesNotContain("object events");
          assertThat(letter.cause().object()).isEmpty();
          assertThat(letter.cause().line()).isEmpty();
          assertThat(letter.cause().sample().orElseThrow()).contains("no number");
        });
  }

  @Test
  void anEventWithoutAFieldThatTheSqlNamesIsADeadLetterThatSaysWhich() {
    lake.apply(orders("SELECT n::BIGINT AS n, _event.id AS event FROM input"));
    order("shop", "{}");
    lake.finish();

    assertThat(lake.deadLetters())
        .singleElement()
        .satisfies(letter -> {
          assertThat(letter.cause().code()).isEqualTo("COLUMN_NOT_IN_RECORDS");
          assertThat(letter.cause().what())
              .isEqualTo("The SQL names a column 'n', which no event of the batch has.");
          assertThat(letter.cause().remedy()).contains("SELECT NULL::VARCHAR AS n WHERE false");
        });
  }

  @Test
  void aFieldThatTheSqlSaysMayBeMissingIsNullWhoeverStandsBesideIt() {
    lake.apply(
        orders(
            "SELECT id, n::BIGINT AS n FROM (SELECT * FROM input"
                + " UNION ALL BY NAME SELECT NULL::VARCHAR AS n WHERE false)"));
    order("shop", "{\"id\": 1}");
    lake.finish();
    order("shop", "{\"id\": 2, \"n\": 7}");
    order("shop", "{\"id\": 3}");
    lake.finish();

    assertThat(lake.deadLetters()).isEmpty();
    assertThat(lake.query(TABLE, "SELECT id, n FROM t ORDER BY id"))
        .containsExactly("1,", "2,7", "3,");
  }

  @Test
  void anEventWhoseDetailHidesItsEnvelopeIsADeadLetterThatSaysSo() {
    lake.apply(orders("SELECT id FROM input"));
    order("shop", "{\"id\": 1, \"_Event\": 2}");
    lake.finish();

    assertThat(lake.deadLetters())
        .singleElement()
        .satisfies(letter -> assertThat(letter.cause().code()).isEqualTo("EVENT_UNREADABLE"));
  }

  @Test
  void anEventThatOnlyLooksLikeOneAboutAnObjectHasNoObjectRead() {
    lake.put("raw/bank/secret.csv", "id\n4711\n");
    lake.apply(
        stage("{\"source\": [\"%s\"]}".formatted(SOURCE), "SELECT bucket.name AS id FROM input"));
    lake.event(
        "shop",
        SOURCE,
        "Object Created",
        "{\"bucket\": {\"name\": \"raw\"}, \"object\": {\"key\": \"bank/secret.csv\"}}");
    lake.finish();

    assertThat(lake.query(TABLE, "SELECT id FROM t")).containsExactly("raw");
  }

  @Test
  void aPatternThatTakesCreatedObjectsAloneReadsThem() {
    lake.apply(
        stage(
            "{\"source\": [\"hosu.objects\"], \"detail-type\": [\"Object Created\"],"
                + " \"detail\": {\"object\": {\"key\": [{\"prefix\": \"shop/\"}]}}}",
            "SELECT id FROM input"));
    lake.put("raw/shop/1.csv", "id\n7\n");
    lake.finish();

    assertThat(lake.query(TABLE, "SELECT id FROM t")).containsExactly("7");
  }

  @Test
  void itCannotRunByHandAsItWouldReadNothing() {
    lake.apply(orders("SELECT id FROM input"));

    assertThatThrownBy(() -> lake.pipelines.run(orders("SELECT 1").name()))
        .isInstanceOf(Conflict.class)
        .hasMessageContaining("reads the events that start it");
  }
}
