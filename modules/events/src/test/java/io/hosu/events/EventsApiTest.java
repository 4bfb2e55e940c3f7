package io.hosu.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.http.Call;
import io.hosu.http.Listener;
import io.hosu.http.ListenerConfig;
import io.hosu.http.Router;
import io.hosu.kernel.HosuException.Denied;
import io.hosu.kernel.Ids;
import io.hosu.kernel.Instants;
import io.hosu.kernel.Json;
import io.hosu.store.Database;
import io.hosu.store.Databases;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventsApiTest {
  private static final String QUEUE = "sales.orders.clean";
  private static final DeadLetterCause CAUSE = DeadLetterCause.of("BROKEN", "It broke.", "Mend.");

  private final Database database;
  private final Bus bus;
  private final Schedules schedules;
  private final Listener listener;
  private final HttpClient client = HttpClient.newHttpClient();

  /** What another does once it is known that the caller may, and before it is done. */
  private volatile Runnable meanwhile = () -> {};

  EventsApiTest(@TempDir Path directory) throws Exception {
    database = Databases.temporary(directory, EventsMigrations.all());
    bus = new Bus(database);
    schedules = new Schedules(bus.log, bus.clock);
    Access access = new ByHeader();
    Router router =
        Router.builder()
            .add(new EventsApi(bus.log, access, bus.clock))
            .add(new SendingApi(database, bus.log, access))
            .add(new SchedulesApi(database, schedules, access, bus.clock))
            .add(new ReplaysApi(database, replays(), access, bus.clock))
            .add(new DeadLettersApi(database, bus.deadLetters, bus.redriving, access, bus.clock))
            .build();
    listener = new Listener(ListenerConfig.local(0), router);
  }

  /** Lets callers into the places that their header names; {@code *} is everywhere. */
  private final class ByHeader implements Access {
    @Override
    public void require(Call call, String permission, String place) {
      if (!places(call, permission).test(place)) {
        throw new Denied(
            EventsError.QUEUE_NOT_FOUND, "%s on %s".formatted(permission, place), "Ask.");
      }
    }

    /** Every permission lets its holder describe. */
    @Override
    public Predicate<String> places(Call call, String permission) {
      String may = call.request().header("may").orElse("");
      return place ->
          may.equals("*")
              || Stream.of(may.split(", "))
                  .filter(one -> one.startsWith(permission + " ") || permission.equals("DESCRIBE"))
                  .map(one -> one.substring(one.indexOf(' ') + 1))
                  .anyMatch(one -> place.equals(one) || place.startsWith(one + "."));
    }

    @Override
    public void requireBus(Call call, String domain) {
      require(call, "RUN", domain);
    }

    @Override
    public String principal(Call call) {
      meanwhile.run();
      return "ann";
    }
  }

  @AfterEach
  void close() {
    client.close();
    listener.close();
    database.close();
  }

  private record Answer(int status, JsonNode json) {}

  private Answer send(String method, String path, String body, String may) {
    HttpRequest request =
        HttpRequest.newBuilder(listener.address().resolve(path))
            .method(method, BodyPublishers.ofString(body))
            .header("may", may)
            .build();
    try {
      HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
      JsonNode json = response.body().isEmpty() ? Json.object() : Json.parse(response.body());
      return new Answer(response.statusCode(), json);
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private Answer post(String path, String body, String may, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(listener.address().resolve(path))
            .POST(BodyPublishers.ofString(body))
            .header("may", may);
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    try {
      HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
      return new Answer(response.statusCode(), Json.parse(response.body()));
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private Answer get(String path) {
    return send("GET", path, "", "*");
  }

  private Replays replays() {
    return new Replays(database, bus.log, bus.queues, bus.clock, new Ids(bus.clock, new Random(4)));
  }

  private List<DeadLetter> bury(int count) {
    bus.rule("rule", QUEUE, "order");
    for (int i = 0; i < count; i++) {
      bus.append("order", i);
    }
    bus.routeAll();
    bus.receive(QUEUE, count, "r");
    return database.write(tx -> bus.queues.bury(tx, "r", CAUSE));
  }

  @Test
  void eventsAreListedAndFiltered() {
    bus.rule("rule", QUEUE, "order");
    bus.append("order", 1);
    bus.append("other", 2);
    bus.routeAll();

    JsonNode untaken = get("/v1/events?matched=false&source=test&domain=sales").json();
    JsonNode first = get("/v1/events?limit=1").json();
    JsonNode second = get("/v1/events?limit=1&next=" + first.path("next").asText()).json();

    assertThat(untaken.path("items")).hasSize(1);
    assertThat(untaken.path("items").path(0).path("detail").path("number").asInt()).isEqualTo(2);
    assertThat(untaken.path("next").isNull()).isTrue();
    assertThat(second.path("items").path(0).path("matched").asInt()).isEqualTo(1);
    assertThat(second.path("items").path(0).path("detail-type").asText())
        .isEqualTo("Thing Happened");
    assertThat(get("/v1/events?since=1h&detail_type=Other").json().path("items")).isEmpty();
    assertThat(get("/v1/events?matched=perhaps").status()).isEqualTo(400);
    assertThat(get("/v1/events?sorce=test").json().path("detail").asText())
        .contains("did you mean 'source'?");
    assertThat(get("/v1/dead-letters?stages=a").json().path("detail").asText())
        .contains("did you mean 'stage'?");
    assertThat(get("/v1/dead-letters?redrivable=yes").status()).isEqualTo(400);
    assertThat(get("/v1/events?next=perhaps").json().path("code").asText())
        .isEqualTo("PAGE_INVALID");
  }

  @Test
  void whoMayNotDescribeSeesNoEvents() {
    assertThat(send("GET", "/v1/events", "", "DESCRIBE sales").status()).isEqualTo(403);
    assertThat(send("GET", "/v1/events?domain=hr", "", "DESCRIBE sales").status()).isEqualTo(403);
    assertThat(send("GET", "/v1/events?domain=sales", "", "DESCRIBE sales").status())
        .isEqualTo(200);
  }

  @Test
  void aReplayIsBegunShownAndCancelledByWhoMayRedriveThere() {
    bus.rule("rule", QUEUE, "order");
    bus.append("order", 1);
    bus.routeAll();
    bus.clock.advance(Duration.ofMinutes(1));
    String body =
        Json.print(
            Json.object()
                .put("stage", QUEUE)
                .put("from", Instants.print(bus.clock.instant().minusSeconds(600))));
    String dry = body.replace("{", "{\"dry_run\":true,");

    assertThat(post("/v1/replays", dry, "REDRIVE sales").json().path("events").asInt())
        .isEqualTo(1);
    assertThat(post("/v1/replays", body, "DESCRIBE sales").status()).isEqualTo(403);
    assertThat(post("/v1/replays", body, "REDRIVE hr").status()).isEqualTo(403);
    String all = "{\"all\":true,\"from\":\"2026-01-01T00:00:00Z\"}";
    assertThat(post("/v1/replays", all, "REDRIVE sales").status()).isEqualTo(403);
    String soon = "{\"all\":true,\"from\":\"soon\"}";
    assertThat(post("/v1/replays", soon, "*").json().path("detail").asText()).contains("soon");
    Answer begun = post("/v1/replays", body, "REDRIVE sales");
    String path = "/v1/replays/" + begun.json().path("id").asText();

    assertThat(begun.status()).isEqualTo(202);
    assertThat(send("GET", "/v1/replays", "", "REDRIVE hr").json().path("items")).isEmpty();
    assertThat(send("GET", "/v1/replays", "", "REDRIVE sales").json().path("items")).hasSize(1);
    assertThat(get("/v1/replays?since=1h").json().path("items")).hasSize(1);
    bus.clock.advance(Duration.ofHours(2));
    assertThat(get("/v1/replays?since=1h").json().path("items")).isEmpty();
    assertThat(send("GET", path, "", "REDRIVE hr").status()).isEqualTo(404);
    assertThat(send("DELETE", path, "", "REDRIVE hr").status()).isEqualTo(404);
    assertThat(send("DELETE", path, "", "REDRIVE sales").json().path("status").asText())
        .isEqualTo("CANCELLED");
  }

  @Test
  void aReplayOfEverythingMustBeAskedForInSoManyWords() {
    bus.rule("rule", QUEUE, "order");
    for (String no :
        List.of(
            "",
            ",\"stage\":\"\",\"domain\":\"\"",
            ",\"domain\":null",
            ",\"all\":false",
            ",\"all\":true,\"stage\":\"sales.orders.clean\"",
            ",\"all\":true,\"pattern\":null",
            ",\"all\":true,\"dry_run\":null",
            ",\"all\":true,\"to\":\"\"")) {
      String body = "{\"from\":\"2026-01-01T00:00:00Z\"" + no + "}";
      assertThat(post("/v1/replays", body, "*").status()).as(body).isEqualTo(400);
    }
    assertThat(get("/v1/replays").json().path("items")).isEmpty();
    String all = "{\"all\":true,\"from\":\"2026-01-01T00:00:00Z\"}";
    assertThat(post("/v1/replays", all, "*").status()).isEqualTo(202);
  }

  @Test
  void deadLettersAreListedAndShown() {
    DeadLetter letter = bury(3).getFirst();

    JsonNode page = get("/v1/dead-letters?limit=2&stage=" + QUEUE).json();
    String next = page.path("next").asText();
    JsonNode rest = get("/v1/dead-letters?stage=" + QUEUE + "&next=" + next).json();
    JsonNode shown = get("/v1/dead-letters/" + letter.id()).json();

    assertThat(page.path("items")).hasSize(2);
    for (String wrong : List.of("?next=junk", "?next=0", "?next=" + next)) {
      assertThat(get("/v1/dead-letters" + wrong).json().path("code").asText())
          .isEqualTo("PAGE_INVALID");
    }
    assertThat(rest.path("items")).hasSize(1);
    ObjectNode expected = letter.toJson();
    expected.putArray("redrives");
    assertThat(shown).isEqualTo(Json.parse(Json.print(expected)));
    assertThat(get("/v1/dead-letters?pipeline=sales.returns").json().path("items")).isEmpty();
    assertThat(get("/v1/dead-letters?pipeline=returns").status()).isEqualTo(400);
    assertThat(get("/v1/dead-letters?stage=sales.returns").json().toString())
        .contains("DOMAIN.PIPELINE.STAGE");
    assertThat(get("/v1/dead-letters?code=OTHER").json().path("items")).isEmpty();
    assertThat(get("/v1/dead-letters/nope").status()).isEqualTo(404);
  }

  private Answer edit(String id, String body, String may) {
    return send("PUT", "/v1/dead-letters/" + id + "/event", body, may);
  }

  @Test
  void theEventOfADeadLetterIsEditedByWhoMayRedriveIt() {
    DeadLetter letter = bury(1).getFirst();
    String body = "{\"detail\":{\"n\":7}}";

    assertThat(edit(letter.id(), body, "DESCRIBE sales").status()).isEqualTo(403);
    assertThat(edit(letter.id(), body, "REDRIVE hr").status()).isEqualTo(404);
    JsonNode edited = edit(letter.id(), body, "REDRIVE sales").json();

    assertThat(edited.at("/event/detail/n").asInt()).isEqualTo(7);
    assertThat(edited.path("original_event")).isEqualTo(letter.event().toJson());
    assertThat(edited.path("edited_by").asText()).isEqualTo("ann");
    assertThat(get("/v1/dead-letters/" + letter.id()).json()).isEqualTo(edited);
  }

  @Test
  void anEditOfAWholeEventMayChangeItsDetailAndResourcesAlone() {
    DeadLetter letter = bury(1).getFirst();
    ObjectNode event = letter.event().toJson();
    event.putArray("resources").add("raw/sales/2.csv");
    ObjectNode other = event.deepCopy().put("source", "hosu.objects");

    assertThat(edit(letter.id(), "{\"event\":" + event + "}", "*").status()).isEqualTo(200);
    Answer refused = edit(letter.id(), "{\"event\":" + other + "}", "*");
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.json().path("code").asText()).isEqualTo("EVENT_UNCHANGEABLE");
    ObjectNode late = event.deepCopy().put("time", "tomorrow");
    assertThat(edit(letter.id(), "{\"event\":" + late + "}", "*").status()).isEqualTo(400);
    assertThat(edit(letter.id(), "{}", "*").status()).isEqualTo(400);
    assertThat(edit(letter.id(), "{\"detail\":{},\"event\":{}}", "*").status()).isEqualTo(400);
    assertThat(edit("zzz", "{\"detail\":{}}", "*").status()).isEqualTo(404);
  }

  @Test
  void aDeadLetterShowsByWhomItWasRedrivenAndWhyItHadToBe() {
    String id = bury(1).getFirst().id();
    redrive("{\"ids\":[\"%s\"]}".formatted(id), "*");
    bus.receive(QUEUE, 1, "b");
    database.perform(tx -> bus.queues.bury(tx, "b", CAUSE));

    JsonNode redrives = get("/v1/dead-letters/" + id).json().path("redrives");

    assertThat(redrives).hasSize(1);
    assertThat(redrives.at("/0/redriven_by").asText()).isEqualTo("ann");
    assertThat(redrives.at("/0/code").asText()).isEqualTo("BROKEN");
  }

  @Test
  void deadLettersAreFoundByTextAndTime() {
    bury(1);

    assertThat(get("/v1/dead-letters?text=it%20BROKE").json().path("items")).hasSize(1);
    assertThat(get("/v1/dead-letters?text=it%25BROKE").json().path("items")).isEmpty();
    assertThat(get("/v1/dead-letters?until=1h").json().path("items")).isEmpty();
    assertThat(get("/v1/dead-letters?until=soon").status()).isEqualTo(400);
    Answer none = redrive("{\"where\":{\"text\":\"fine\"}}", "*");
    assertThat(none.json().path("redriven").asInt()).isZero();
    assertThat(redrive("{\"where\":{\"until\":\"soon\"}}", "*").status()).isEqualTo(400);
  }

  @Test
  void aDeadLetterIsDroppedByWhoMay() {
    String path = "/v1/dead-letters/" + bury(1).getFirst().id();

    assertThat(send("DELETE", path, "", "DESCRIBE sales").status()).isEqualTo(403);
    assertThat(send("DELETE", path, "", "REDRIVE sales").status()).isEqualTo(204);
    assertThat(send("DELETE", path, "", "REDRIVE sales").status()).isEqualTo(404);
  }

  @Test
  void aDeadLetterOfADomainThatTheCallerMayNotDescribeLooksAsIfItWereNotThere() {
    String id = bury(2).getFirst().id();
    String beginning = id.substring(0, 3);

    for (String there : List.of(id, beginning)) {
      for (String method : List.of("GET", "DELETE")) {
        Answer hidden = send(method, "/v1/dead-letters/" + there, "", "REDRIVE hr");
        Answer none = send(method, "/v1/dead-letters/zzz", "", "REDRIVE hr");
        assertThat(hidden.status()).isEqualTo(404);
        assertThat(hidden.json().path("code")).isEqualTo(none.json().path("code"));
        assertThat(hidden.json().path("detail").asText().replace(there, "zzz"))
            .isEqualTo(none.json().path("detail").asText());
      }
      assertThat(redrive("{\"ids\":[\"%s\"]}".formatted(there), "REDRIVE hr").status())
          .isEqualTo(404);
    }
    assertThat(send("GET", "/v1/dead-letters/" + beginning, "", "REDRIVE sales").status())
        .isEqualTo(400);
  }

  private Answer redrive(String body, String may) {
    return send("POST", "/v1/dead-letters/redrive", body, may);
  }

  @Test
  void deadLettersAreRedrivenById() {
    String body = "{\"ids\":[\"%s\"]}".formatted(bury(2).getFirst().id());

    assertThat(redrive(body, "DESCRIBE sales").status()).isEqualTo(403);
    assertThat(bus.depth(QUEUE).visible()).isZero();
    assertThat(redrive(body, "REDRIVE sales").json().path("redriven").asInt()).isEqualTo(1);
    assertThat(bus.depth(QUEUE).visible()).isEqualTo(1);
    assertThat(redrive("{\"ids\":[\"zzz\"]}", "REDRIVE sales").status()).isEqualTo(404);
  }

  private JsonNode again(String id) {
    JsonNode answer = redrive("{\"ids\":[\"%s\"]}".formatted(id), "REDRIVE sales").json();
    assertThat(answer.path("redriven").asInt()).isZero();
    return answer.path("already").path(0);
  }

  @Test
  void aRedriveSaidTwiceIsOneAndSaysWhenByWhomAndWhatBecameOfIt() {
    String id = bury(1).getFirst().id();
    String body = "{\"ids\":[\"%s\",\"%s\"]}".formatted(id, id.substring(0, 12));
    assertThat(redrive(body, "REDRIVE sales").json().path("redriven").asInt()).isEqualTo(1);
    String now = Instants.print(bus.clock.instant());
    bus.clock.advance(Duration.ofMinutes(1));

    JsonNode already = again(id.substring(0, 12));
    assertThat(already.path("id").asText()).isEqualTo(id);
    assertThat(already.path("queue").asText()).isEqualTo(QUEUE);
    assertThat(already.path("redriven_at").asText()).isEqualTo(now);
    assertThat(already.path("redriven_by").asText()).isEqualTo("ann");
    assertThat(already.path("status").asText()).isEqualTo("WAITING");
    assertThat(bus.depth(QUEUE).visible()).isEqualTo(1);

    bus.receive(QUEUE, 1, "execution-7");
    assertThat(again(id).path("execution").asText()).isEqualTo("execution-7");
    database.perform(tx -> bus.queues.delete(tx, "execution-7"));
    assertThat(again(id).path("status").asText()).isEqualTo("DONE");

    assertThat(redrive(body, "DESCRIBE sales").status()).isEqualTo(403);
    assertThat(redrive(body, "REDRIVE hr").status()).isEqualTo(404);
  }

  @Test
  void aDeadLetterThatWasGivenUpWasNotRedriven() {
    String id = bury(1).getFirst().id();
    String body = "{\"ids\":[\"%s\"]}".formatted(id);
    redrive(body, "*");
    bus.receive(QUEUE, 1, "b");
    database.perform(tx -> bus.queues.bury(tx, "b", CAUSE));
    send("DELETE", "/v1/dead-letters/" + id, "", "*");

    assertThat(redrive(body, "*").status()).isEqualTo(404);
  }

  @Test
  void deadLettersAreRedrivenByACondition() {
    bury(250);

    Answer none = redrive("{\"where\":{\"queue\":\"sales\",\"code\":\"OTHER\"}}", "REDRIVE sales");
    Answer some =
        redrive("{\"where\":{\"queue\":\"sales.orders\",\"since\":\"1h\"}}", "REDRIVE sales");

    assertThat(none.json().path("redriven").asInt()).isZero();
    assertThat(some.json().path("redriven").asInt()).isEqualTo(250);
    assertThat(bus.depth(QUEUE).visible()).isEqualTo(250);
  }

  @Test
  void aRedriveOfAllLeavesWhatHasNoQueue() {
    bury(2);
    database.perform(tx -> {
      bus.rules.remove(tx, "rule");
      bus.queues.remove(tx, QUEUE);
    });

    assertThat(redrive("{\"all\":true}", "*").json().path("left").asInt()).isEqualTo(2);
  }

  @Test
  void allConditionsOnDeadLettersMustFit() {
    String id = bury(1).getFirst().id();
    String path = "/v1/dead-letters?stage=" + QUEUE;

    assertThat(listed(path + "&pipeline=sales.orders&domain=sales&queue=sales", "*"))
        .containsExactly(id);
    assertThat(listed(path + "&domain=depot", "*")).isEmpty();
    assertThat(listed(path + "&pipeline=sales.returns", "*")).isEmpty();
    assertThat(listed("/v1/dead-letters?domain=sales&queue=depot.orders.clean", "*")).isEmpty();

    String where = "{\"where\":{\"stage\":\"%s\",\"domain\":\"%s\"}}";
    assertThat(redrive(where.formatted(QUEUE, "depot"), "*").json().path("redriven").asInt())
        .isZero();
    assertThat(redrive("{\"where\":{\"stage\":\"clean\"}}", "*").status()).isEqualTo(400);
    assertThat(redrive(where.formatted(QUEUE, "sales"), "*").json().path("redriven").asInt())
        .isEqualTo(1);
  }

  @Test
  void whoDropsOrEditsADeadLetterThatIsRedrivenMeanwhileIsToldSo() {
    String id = bury(1).getFirst().id();
    meanwhile = () -> bus.redriving.redrive(List.of(id), "bob");

    Answer dropped = send("DELETE", "/v1/dead-letters/" + id, "", "*");
    Answer edited = edit(id, "{\"detail\":{}}", "*");

    for (Answer answer : List.of(dropped, edited)) {
      assertThat(answer.status()).isEqualTo(409);
      assertThat(answer.json().path("code").asText()).isEqualTo("DEAD_LETTER_REDRIVEN");
      assertThat(answer.json().path("detail").asText())
          .contains(" by bob, and waits in sales.orders.clean");
    }
    assertThat(send("DELETE", "/v1/dead-letters/" + id, "", "DESCRIBE sales").status())
        .isEqualTo(403);
    assertThat(send("DELETE", "/v1/dead-letters/" + id, "", "REDRIVE hr").status()).isEqualTo(404);
    assertThat(bus.depth(QUEUE).visible()).isEqualTo(1);
  }

  @Test
  void aRedriveOfADeadLetterThatIsDroppedMeanwhileSaysSo() {
    String id = bury(1).getFirst().id();
    meanwhile = () -> bus.redriving.drop(id, "bob");

    Answer answer = redrive("{\"ids\":[\"%s\"]}".formatted(id), "*");

    assertThat(answer.json().path("redriven").asInt()).isZero();
    assertThat(answer.json().path("already")).isEmpty();
    assertThat(answer.json().path("gone").valueStream().map(JsonNode::asText)).containsExactly(id);
  }

  private static final String RETURNS = "sales.returns.clean";

  /** A dead letter in each of two pipelines of one domain: of orders, then of returns. */
  private List<String> buryInTwo() {
    String order = bury(1).getFirst().id();
    bus.rule("returns", RETURNS, "return");
    bus.append("return", 1);
    bus.routeAll();
    bus.receive(RETURNS, 1, "b");
    return List.of(order, database.write(tx -> bus.queues.bury(tx, "b", CAUSE)).getFirst().id());
  }

  private List<String> listed(String path, String may) {
    Answer answer = send("GET", path, "", may);
    assertThat(answer.status()).isEqualTo(200);
    return answer.json().path("items").valueStream().map(item -> item.path("id").asText()).toList();
  }

  @Test
  void rightsOnOnePipelineAreRightsOnItsDeadLettersAlone() {
    List<String> letters = buryInTwo();
    String order = letters.get(0);
    String other = letters.get(1);
    String may = "REDRIVE sales.orders";

    assertThat(listed("/v1/dead-letters", "*")).containsExactly(other, order);
    for (String path : List.of("", "?domain=sales", "?pipeline=sales.orders", "?limit=1")) {
      assertThat(listed("/v1/dead-letters" + path, may)).containsExactly(order);
    }
    assertThat(listed("/v1/dead-letters?pipeline=sales.returns", may)).isEmpty();
    assertThat(listed("/v1/dead-letters", "DESCRIBE hr")).isEmpty();

    String body = "{\"detail\":{\"n\":7}}";
    assertThat(edit(other, body, may).status()).isEqualTo(404);
    assertThat(send("DELETE", "/v1/dead-letters/" + other, "", may).status()).isEqualTo(404);
    assertThat(redrive("{\"ids\":[\"%s\"]}".formatted(other), may).status()).isEqualTo(404);
    assertThat(edit(order, body, may).status()).isEqualTo(200);
    assertThat(send("GET", "/v1/dead-letters/" + order, "", may).status()).isEqualTo(200);
    assertThat(redrive("{\"ids\":[\"%s\"]}".formatted(order), may).json())
        .isEqualTo(
            Json.parse("{\"redriven\":1,\"left\":0,\"denied\":0,\"already\":[],\"gone\":[]}"));
  }

  @Test
  void aRedriveOfManySendsThoseThatTheCallerMayAndSaysHowManyItMayNot() {
    List<String> letters = buryInTwo();
    String may = "REDRIVE sales.orders, DESCRIBE sales.returns";

    assertThat(listed("/v1/dead-letters", may)).hasSize(2);
    assertThat(listed("/v1/dead-letters?redrivable=true", may)).containsExactly(letters.get(0));
    String where = "{\"where\":{\"queue\":\"sales.returns\"}}";
    assertThat(redrive(where, may).status()).isEqualTo(403);
    assertThat(redrive("{\"all\":true}", may).json())
        .isEqualTo(Json.parse("{\"redriven\":1,\"left\":0,\"denied\":1}"));
    assertThat(bus.depth(QUEUE).visible()).isEqualTo(1);
    assertThat(bus.depth(RETURNS).visible()).isZero();
    assertThat(redrive("{\"all\":true}", may).status()).isEqualTo(403);
    assertThat(redrive("{\"all\":true}", "REDRIVE hr").json().path("redriven").asInt()).isZero();
  }

  @Test
  void rightsOnOnePipelineAreRightsOnReplaysToItsStagesAlone() {
    buryInTwo();
    bus.clock.advance(Duration.ofMinutes(1));
    String body =
        "{\"stage\":\"%s\",\"from\":\"%s\"}"
            .formatted("%s", Instants.print(bus.clock.instant().minusSeconds(600)));
    String may = "REDRIVE sales.orders";

    assertThat(post("/v1/replays", body.formatted("sales"), may).status()).isEqualTo(403);
    assertThat(post("/v1/replays", body.formatted(RETURNS), may).status()).isEqualTo(403);
    Answer begun = post("/v1/replays", body.formatted(QUEUE), may);
    Answer other = post("/v1/replays", body.formatted(RETURNS), "*");
    assertThat(begun.status()).isEqualTo(202);
    assertThat(listed("/v1/replays", may)).containsExactly(begun.json().path("id").asText());
    String path = "/v1/replays/" + other.json().path("id").asText();
    assertThat(send("GET", path, "", may).status()).isEqualTo(404);
    assertThat(send("DELETE", path, "", may).status()).isEqualTo(404);
  }

  @Test
  void rightsOnOnePipelineShowTheEventsOfItsStagesAlone() {
    buryInTwo();
    bus.append("other", 9);
    bus.routeAll();
    String may = "DESCRIBE sales.orders";

    for (String path : List.of("/v1/events", "/v1/events?domain=sales", "/v1/events?limit=2")) {
      assertThat(send("GET", path, "", may).json().path("items"))
          .extracting(item -> item.path("detail-type").asText(), item -> queueOf(item))
          .containsExactly(tuple("Message Dead-Lettered", QUEUE), tuple("Thing Happened", "order"));
    }
    JsonNode first = send("GET", "/v1/events?limit=1", "", may).json();
    assertThat(first.path("items")).hasSize(1);
    JsonNode rest =
        send("GET", "/v1/events?limit=9&next=" + first.path("next").asText(), "", may).json();
    assertThat(rest.path("items")).hasSize(1);
    assertThat(rest.path("next").isNull()).isTrue();
  }

  private static String queueOf(JsonNode event) {
    JsonNode detail = event.path("detail");
    return detail.path("queue").asText(detail.path("kind").asText());
  }

  @Test
  void rightsOnOnePipelineShowItsSchedulesAlone() {
    Schedule hourly = Schedule.parse("rate(1 hour)", ZoneOffset.UTC, Schedule.Span.ALWAYS);
    database.perform(tx -> {
      for (String name : List.of(QUEUE, RETURNS)) {
        schedules.put(
            tx, new ScheduleRule(name, "sales", hourly, Duration.ZERO, ScheduleRule.CatchUp.ONCE));
      }
    });

    assertThat(send("GET", "/v1/schedules", "", "DESCRIBE sales.orders").json().path("items"))
        .extracting(item -> item.path("name").asText())
        .containsExactly(QUEUE);
    assertThat(get("/v1/schedules?domain=sales").json().path("items")).hasSize(2);
    JsonNode first = get("/v1/schedules?limit=1").json();
    String rest = "/v1/schedules?limit=1&next=" + first.path("next").asText();
    assertThat(get(rest).json().path("items"))
        .extracting(item -> item.path("name").asText())
        .containsExactly(RETURNS);
  }

  @Test
  void theMomentsOfADeclaredScheduleAreThoseAtWhichItWillFire() {
    Instant now = bus.clock.instant();
    Instant end = now.plus(Duration.ofMinutes(150));
    Schedule hourly =
        Schedule.parse("rate(1 hour)", ZoneOffset.ofHours(2), new Schedule.Span(null, end));
    database.perform(tx ->
        schedules.put(
            tx,
            new ScheduleRule(
                QUEUE, "sales", hourly, Duration.ofMinutes(5), ScheduleRule.CatchUp.ONCE)));
    bus.clock.advance(Duration.ofMinutes(10));
    String named = "{\"name\": \"%s\"}".formatted(QUEUE);

    JsonNode shown = send("POST", "/v1/schedules/preview", named, "DESCRIBE sales.orders").json();

    assertThat(shown.path("items"))
        .extracting(item -> Instant.parse(item.path("time").asText()))
        .containsExactly(now.plus(Duration.ofHours(1)), now.plus(Duration.ofHours(2)));
    assertThat(shown.path("jitter").asText()).isEqualTo("5m");
    assertThat(get("/v1/schedules").json().at("/items/0/end").asText())
        .isEqualTo(Instants.print(end));
    String free =
        "{\"expression\": \"rate(1 hour)\", \"end\": \"%s\"}".formatted(Instants.print(end));
    assertThat(send("POST", "/v1/schedules/preview", free, "*").json().path("items")).hasSize(2);
    assertThat(send("POST", "/v1/schedules/preview", named, "DESCRIBE depot").status())
        .isEqualTo(404);
    String wrong = "{\"expression\": \"rate(1 hour)\", \"start\": \"soon\"}";
    assertThat(send("POST", "/v1/schedules/preview", wrong, "*").status()).isEqualTo(400);
  }

  @Test
  void aRedriveSaysWhich() {
    assertThat(redrive("{}", "*").json().path("code").asText()).isEqualTo("BODY_INVALID");
    assertThat(redrive("{\"all\":true,\"ids\":[\"a\"]}", "*").status()).isEqualTo(400);
    assertThat(redrive("{\"where\":{\"queu\":\"a\"}}", "*").status()).isEqualTo(400);
    assertThat(redrive("{\"where\":{\"since\":\"soon\"}}", "*").status()).isEqualTo(400);
  }

  @Test
  void aRedriveOfNoConditionIsNotOneOfAll() {
    bury(1);
    for (String where : List.of("{}", "{\"stage\":\"\"}", "{\"code\":null}", "null")) {
      assertThat(redrive("{\"where\":%s}".formatted(where), "*").status()).isEqualTo(400);
    }
    assertThat(bus.depth(QUEUE).visible()).isZero();
  }

  private static final String CLOUD_EVENT =
      """
      {"specversion":"1.0","id":"%s","source":"/shop","type":"sold","time":"2020-01-01T00:00:00Z",
       "data":{"sum":3}}\
      """;

  @Test
  void aCloudEventIsInTheLogOnceHoweverOftenItIsSent() {
    String one = CLOUD_EVENT.formatted("A");
    String structured = "application/cloudevents+json; charset=utf-8";
    Answer first = post("/v1/events?bus=sales", one, "RUN sales", "content-type", structured);
    Answer again = post("/v1/events?bus=sales", one, "RUN sales", "content-type", structured);
    assertThat(first.status()).as(first.toString()).isEqualTo(200);
    assertThat(first.json().path("known")).isEmpty();
    assertThat(again.json().path("ids")).isEqualTo(first.json().path("ids"));
    assertThat(again.json().path("known")).isEqualTo(first.json().path("ids"));
    JsonNode logged = get("/v1/events?source=/shop").json().path("items");
    assertThat(logged).hasSize(1);
    assertThat(logged.path(0).path("account").asText()).isEqualTo("sales");
    assertThat(logged.path(0).path("time").asText()).isEqualTo("2020-01-01T00:00:00.000Z");
    assertThat(logged.path(0).at("/detail/sum").asInt()).isEqualTo(3);
    // Lists go by when the log took it.
    assertThat(get("/v1/events?since=1h").json().path("items")).hasSize(1);
  }

  @Test
  void whoSendsToOneBusTakesNoIdOfAnother() {
    String one = CLOUD_EVENT.formatted("order-77");
    String type = "application/cloudevents+json";
    Answer other = post("/v1/events?bus=other", one, "RUN other", "content-type", type);
    Answer sales = post("/v1/events?bus=sales", one, "RUN sales", "content-type", type);

    assertThat(sales.json().path("known")).isEmpty();
    assertThat(sales.json().path("ids")).isNotEqualTo(other.json().path("ids"));
    assertThat(get("/v1/events?domain=sales").json().path("items")).hasSize(1);
    assertThat(get("/v1/events?domain=other").json().path("items")).hasSize(1);
  }

  @Test
  void aBatchIsTakenWholeOrNotAtAll() {
    String batch = "application/cloudevents-batch+json";
    String good = CLOUD_EVENT.formatted("A") + "," + CLOUD_EVENT.formatted("B");
    Answer refused = post("/v1/events?bus=sales", "[" + good + ",{}]", "*", "content-type", batch);
    assertThat(refused.status()).isEqualTo(400);
    assertThat(get("/v1/events").json().path("items")).isEmpty();
    Answer taken = post("/v1/events?bus=sales", "[" + good + "]", "*", "content-type", batch);
    assertThat(taken.json().path("ids")).hasSize(2);
  }

  @Test
  void aBatchOfMoreEventsThanOneTransactionShouldHaveIsRefused() {
    String batch =
        java.util.stream.IntStream.rangeClosed(0, CloudEvents.MOST_EVENTS)
            .mapToObj(i -> CLOUD_EVENT.formatted("E" + i))
            .collect(java.util.stream.Collectors.joining(",", "[", "]"));
    Answer refused =
        post(
            "/v1/events?bus=sales",
            batch,
            "*",
            "content-type",
            "application/cloudevents-batch+json");

    assertThat(refused.status()).isEqualTo(413);
    assertThat(refused.json().path("detail").asText())
        .isEqualTo("The batch has 1001 events; 1000 are allowed.");
    assertThat(get("/v1/events").json().path("items")).isEmpty();
  }

  @Test
  void aBusThatCannotBeOneIsNamedAsItWasWritten() {
    String entries =
        """
        {"Entries": [{"Source": "com.shop", "DetailType": "sold", "Detail": "{}",
          "EventBusName": "../shop"}]}\
        """;
    assertThat(post("/v1/events", entries, "*").json().at("/Entries/0/ErrorMessage").asText())
        .isEqualTo("'../shop' cannot name a domain.");
  }

  @Test
  void aBinaryCloudEventIsTakenByItsHeaders() {
    Answer taken =
        post(
            "/v1/events?bus=sales",
            "{\"sum\":4}",
            "*",
            "content-type",
            "application/json",
            "ce-specversion",
            "1.0",
            "ce-id",
            "C",
            "ce-source",
            "/shop",
            "ce-type",
            "sold");
    assertThat(taken.status()).as(taken.toString()).isEqualTo(200);
    JsonNode logged = get("/v1/events").json().path("items").path(0);
    assertThat(logged.at("/detail/sum").asInt()).isEqualTo(4);
    assertThat(logged.path("detail-type").asText()).isEqualTo("sold");
  }

  @Test
  void entriesOfPutEventsSucceedAndFailEachForItself() {
    String entries =
        """
        {"Entries": [
          {"Source": "com.shop", "DetailType": "sold", "Detail": "{\\"sum\\": 3}",
           "EventBusName": "sales"},
          {"Source": "com.shop", "DetailType": "sold", "Detail": "{}", "EventBusName": "other"},
          {"Source": "aws.s3", "DetailType": "sold", "Detail": "{}", "EventBusName": "sales"},
          {"Source": "com.shop", "DetailType": "sold", "Detail": "{}"}]}\
        """;
    Answer answer = post("/v1/events", entries, "RUN sales");
    assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
    assertThat(answer.json().path("FailedEntryCount").asInt()).isEqualTo(3);
    JsonNode all = answer.json().path("Entries");
    assertThat(all.path(0).path("EventId").asText()).isNotEmpty();
    assertThat(all.path(1).path("ErrorCode").asText()).isEqualTo("AccessDeniedException");
    assertThat(all.path(2).path("ErrorCode").asText()).isEqualTo("NotAuthorizedForSourceException");
    assertThat(all.path(3).path("ErrorCode").asText()).isEqualTo("InvalidArgument");
    assertThat(get("/v1/events").json().path("items")).hasSize(1);
  }

  @Test
  void whoMayNotRunADomainSendsItNothing() {
    Answer refused =
        post(
            "/v1/events?bus=sales",
            CLOUD_EVENT.formatted("A"),
            "RUN other",
            "content-type",
            "application/cloudevents+json");
    assertThat(refused.status()).isEqualTo(403);
    assertThat(get("/v1/events").json().path("items")).isEmpty();
  }

  @Test
  void aPatternIsTriedOnAnEventOrOnTheNewestOfTheLog() {
    bus.append("order", 1);
    bus.append("other", 2);
    String pattern = "{\"pattern\": {\"detail\": {\"kind\": [\"order\"]}}%s}";
    JsonNode tried = post("/v1/events/test", pattern.formatted(""), "*").json();
    assertThat(tried.path("tried").asInt()).isEqualTo(2);
    assertThat(tried.path("matched").asInt()).isEqualTo(1);
    assertThat(tried.path("events")).hasSize(1);
    assertThat(tried.has("nearest")).isFalse();
    String none = "{\"pattern\":{\"source\":[\"test\"],\"detail\":{\"kind\":[\"none\"]}}}";
    JsonNode nearest = post("/v1/events/test", none, "*").json().path("nearest");
    assertThat(nearest.path("of").asInt()).isEqualTo(2);
    assertThat(nearest.path("event").path("source").asText()).isEqualTo("test");
    assertThat(nearest.path("clauses"))
        .extracting(it -> it.path("path").asText() + " " + it.path("matches").asBoolean())
        .containsExactly("source true", "detail.kind false");
    assertThat(nearest.at("/clauses/1/held").asInt()).isZero();
    JsonNode why =
        post("/v1/events/test", pattern.formatted(",\"event\":{\"detail\":{\"kind\":\"x\"}}"), "*")
            .json();
    assertThat(why.path("matches").asBoolean()).isFalse();
    assertThat(why.at("/clauses/0/path").asText()).isEqualTo("detail.kind");
  }
}
