package io.hosu.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.http.Header;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CloudEventsTest {
  private static final String ATTRIBUTES =
      "\"specversion\":\"1.0\",\"id\":\"A-1\",\"source\":\"/shop\",\"type\":\"com.shop.sold\"";

  @Test
  void aStructuredEventBecomesAnEventAndKeepsEveryAttribute() {
    SentEvent event =
        one(
            """
            ,"time":"2026-11-25T18:00:00+01:00","subject":"order/7","dataschema":"urn:x",
             "myext":5,"data":{"sum":3}\
            """);
    assertThat(event.source()).isEqualTo("/shop");
    assertThat(event.detailType()).isEqualTo("com.shop.sold");
    assertThat(event.time()).contains(Instant.parse("2026-11-25T17:00:00Z"));
    assertThat(event.resources()).containsExactly("order/7");
    assertThat(event.senderId()).contains("A-1");
    assertThat(event.detail().path("sum").asInt()).isEqualTo(3);
    assertThat(event.detail().path("cloudevent"))
        .isEqualTo(
            Json.parse(
                """
                {"specversion":"1.0","id":"A-1","source":"/shop","type":"com.shop.sold",
                 "time":"2026-11-25T18:00:00+01:00","subject":"order/7","dataschema":"urn:x",
                 "myext":5}\
                """));
  }

  @Test
  void dataThatIsNoObjectStandsInTheDetailUnderItsOwnName() {
    assertThat(one(",\"data\":[1,2]").detail().path("data")).isEqualTo(Json.parse("[1,2]"));
    assertThat(one(",\"data_base64\":\"AAE=\"").detail().path("data_base64").asText())
        .isEqualTo("AAE=");
    assertThat(one("").detail().fieldNames()).toIterable().containsExactly("cloudevent");
    assertThat(one(",\"data\":null").detail().fieldNames())
        .toIterable()
        .containsExactly("cloudevent");
  }

  @Test
  void aBinaryEventHasItsAttributesInHeaders() {
    List<Header> headers =
        List.of(
            new Header("ce-specversion", "1.0"),
            new Header("ce-id", "A-1"),
            new Header("ce-source", "/shop"),
            new Header("ce-type", "com.shop.sold"),
            new Header("ce-subject", "%E2%82%AC%205"),
            new Header("host", "x"));
    assertThat(CloudEvents.isBinary(headers)).isTrue();
    SentEvent json = CloudEvents.binary(headers, "application/json", bytes("{\"sum\":3}"));
    assertThat(json.resources()).containsExactly("€ 5");
    assertThat(json.detail().path("sum").asInt()).isEqualTo(3);
    assertThat(json.detail().at("/cloudevent/datacontenttype").asText())
        .isEqualTo("application/json");
    SentEvent text = CloudEvents.binary(headers, "text/plain; charset=utf-8", bytes("hi"));
    assertThat(text.detail().path("data_base64").asText()).isEqualTo("aGk=");
    assertThatThrownBy(() -> CloudEvents.binary(headers, "application/json", bytes("{")))
        .isInstanceOf(Invalid.class)
        .hasMessageContaining("no JSON");
  }

  @ParameterizedTest(name = "{0} is refused: {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "[]                                          | JSON object",
        "{\"specversion\":\"1.0\"}                   | 'source'",
        "{\"specversion\":\"0.3\"}                   | 0.3",
        "{\"specversion\":\"1.0\",\"source\":\"a\",\"type\":\"t\"}            | 'id'",
        "{\"specversion\":\"1.0\",\"source\":\"a\",\"type\":\"t\",\"id\":\"\"}| 'id'",
        "{\"specversion\":\"1.0\",\"Source\":\"a\"}  | 'Source'",
        "{\"specversion\":\"1.0\",\"x\":{}}          | 'x'",
        "{\"specversion\":\"1.0\",\"source\":\"a\",\"type\":\"t\",\"id\":\"1\",\"time\":\"now\"}|"
            + " RFC 3339",
        "{\"specversion\":\"1.0\",\"data\":1,\"data_base64\":\"AA==\"}| not both",
        "{\"specversion\":\"1.0\",\"data_base64\":\"?\"}| base64",
        "{\"specversion\":\"1.0\",\"source\":\"hosu.objects\",\"type\":\"t\",\"id\":\"1\"}| only"
            + " the lake itself",
        "{\"specversion\":\"1.0\",\"source\":\"a\",\"type\":\"t\",\"id\":\"1\",\"data\":{\"cloudevent\":1}}|"
            + " 'cloudevent'"
      })
  void whatIsNoCloudEventIsRefusedWithWhatIsWrong(String json, String why) {
    assertThatThrownBy(() -> CloudEvents.structured(Json.parse(json)))
        .isInstanceOf(Invalid.class)
        .hasMessageContaining(why);
  }

  @Test
  void aMistakeInABatchNamesTheEvent() {
    assertThatThrownBy(() -> CloudEvents.batch(Json.parse("[{" + ATTRIBUTES + "},{}]")))
        .isInstanceOf(Invalid.class)
        .hasMessageContaining("Event 1 of the batch");
    assertThat(CloudEvents.batch(Json.parse("[]"))).isEmpty();
  }

  private static SentEvent one(String more) {
    return CloudEvents.structured(Json.parse("{" + ATTRIBUTES + more + "}"));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void anEmptySubjectIsRefusedAsWhatItIs() {
    ObjectNode event =
        Json.object().put("specversion", "1.0").put("id", "1").put("source", "s").put("type", "t");

    assertThatThrownBy(() -> CloudEvents.structured(event.put("subject", "")))
        .hasMessageContaining(
            "'subject' of a CloudEvent is a text that is not empty, or not there");
    assertThat(CloudEvents.structured(event.putNull("subject")).resources()).isEmpty();
  }
}
