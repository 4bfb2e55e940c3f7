package io.hosu.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.events.PutEvents.Entry;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Json;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class PutEventsTest {
  @Test
  void anEntryIsAnEventWithItsBus() {
    ObjectNode entry =
        entry("com.shop", "{\"sum\": 3}").put("EventBusName", "shop").put("Time", 1764093600.5);
    entry.putArray("Resources").add("a").add("b");
    assertThat(read(entry).getFirst())
        .isInstanceOfSatisfying(
            Entry.Sound.class,
            sound -> {
              assertThat(sound.bus()).contains("shop");
              assertThat(sound.event().time()).contains(Instant.parse("2025-11-25T18:00:00.500Z"));
              assertThat(sound.event().resources()).containsExactly("a", "b");
              assertThat(sound.event().detail()).isEqualTo(Json.parse("{\"sum\": 3}"));
              assertThat(sound.event().senderId()).isEmpty();
            });
  }

  @Test
  void anEntryThatIsWrongFailsAlone() {
    List<Entry> entries =
        read(
            entry("com.shop", "{}"),
            entry("aws.s3", "{}"),
            entry("com.shop", "[1]"),
            entry("com.shop", "{"),
            entry("", "{}"),
            entry("com.shop", "{}").put("Time", "yesterday"),
            entry("com.shop", "{}").put("Time", "-999999999-01-01T00:00:00Z"),
            entry("com.shop", "{}").put("Time", 1e12));
    assertThat(entries.getFirst()).isInstanceOf(Entry.Sound.class);
    assertThat(entries.subList(1, 8).stream().map(entry -> ((Entry.Wrong) entry).code()))
        .containsExactly(
            "NotAuthorizedForSourceException",
            "MalformedDetail",
            "MalformedDetail",
            "InvalidArgument",
            "InvalidArgument",
            "InvalidArgument",
            "InvalidArgument");
  }

  @Test
  void aRequestOfNoneOrTooManyOrTooLargeEntriesIsRefusedWhole() {
    assertThatThrownBy(() -> PutEvents.read(Json.parse("{}"))).isInstanceOf(Invalid.class);
    assertThatThrownBy(() -> PutEvents.read(Json.parse("{\"Entries\": []}")))
        .isInstanceOf(Invalid.class);
    ObjectNode[] eleven = new ObjectNode[11];
    java.util.Arrays.setAll(eleven, _ -> entry("com.shop", "{}"));
    assertThatThrownBy(() -> read(eleven)).hasMessageContaining("1 to 10");
    String large = "{\"x\":\"" + "y".repeat(PutEvents.MOST_BYTES) + "\"}";
    assertThatThrownBy(() -> read(entry("com.shop", large))).hasMessageContaining("bytes together");
  }

  private static ObjectNode entry(String source, String detail) {
    return Json.object().put("Source", source).put("DetailType", "sold").put("Detail", detail);
  }

  private static List<Entry> read(ObjectNode... entries) {
    ObjectNode request = Json.object();
    ArrayNode all = request.putArray("Entries");
    for (ObjectNode entry : entries) {
      all.add(entry);
    }
    return PutEvents.read(request);
  }

  @Test
  void anEntryWithAValueOfAnotherKindOrAnUnknownFieldFailsAlone() {
    ObjectNode number = entry("com.shop", "{}");
    number.putArray("Resources").add(1);
    List<Entry> entries =
        read(
            entry("com.shop", "{}").put("Resources", "x"),
            number,
            entry("com.shop", "{}").put("TraceHeader", "Root=1"),
            entry("com.shop", "{}").put("EventBusName", true),
            entry("com.shop", "{}").put("Time", true),
            entry("com.shop", "{}").put("Source", 5),
            entry("com.shop", "{}").put("Resource", "x"),
            entry("com.shop", "{}").putNull("TraceHeader").putNull("Resources"));

    assertThat(entries.subList(0, 7))
        .extracting(entry -> entry instanceof Entry.Wrong(_, var message) ? message : "")
        .containsExactly(
            "Parameter Resources is not valid. Reason: it is a list of texts.",
            "Parameter Resources is not valid. Reason: it is a list of texts.",
            "Parameter TraceHeader is not valid. Reason: no trace is kept with events, so leave it"
                + " out.",
            "Parameter EventBusName is not valid. Reason: it is a text.",
            "Parameter Time is not valid. Reason: it is seconds since 1970, or a time of RFC 3339.",
            "Parameter Source is not valid. Reason: it is a text.",
            "Parameter Resource is not valid. Reason: there is none; did you mean 'Resources'?");
    assertThat(entries.getLast()).isInstanceOf(Entry.Sound.class);
  }

  @Test
  void aRequestWithAnUnknownFieldIsRefusedWhole() {
    ObjectNode request = Json.object().put("Entires", 1);
    request.putArray("Entries").add(entry("com.shop", "{}"));

    assertThatThrownBy(() -> PutEvents.read(request)).hasMessageContaining("'Entires'");
  }
}
