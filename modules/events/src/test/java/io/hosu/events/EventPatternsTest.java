package io.hosu.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Event;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Json;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventPatternsTest {
  private static final Event EVENT =
      new Event(
          "1",
          "hosu.objects",
          "Object Created",
          Instant.EPOCH,
          "aviation",
          List.of("raw/aviation/flights/1.csv"),
          Json.object()
              .put("size", 5)
              .put("ip", "10.0.0.7")
              .<ObjectNode>set("object", Json.object().put("key", "aviation/flights/1.csv")));

  private static boolean matches(String pattern) {
    return EventPatterns.matches(Json.parse(pattern), EVENT);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"source\":[\"hosu.objects\"]}",
        "{\"account\":[\"aviation\"],\"detail-type\":[\"Object Created\"]}",
        "{\"resources\":[{\"prefix\":\"raw/\"}]}",
        "{\"detail\":{\"size\":[{\"numeric\":[\">\",0,\"<\",6]}]}}",
        "{\"detail\":{\"object\":{\"key\":[{\"wildcard\":\"aviation/*/*.csv\"}]}}}",
        "{\"detail\":{\"reason\":[{\"exists\":false}]}}",
        "{\"$or\":[{\"source\":[\"x\"]},{\"account\":[\"aviation\"]}]}",
        "{\"detail\":{\"ip\":[{\"cidr\":\"10.0.0.0/24\"}]}}",
        "{\"account\":[{\"equals-ignore-case\":\"AVIATION\"}]}",
        "{\"detail\":{\"size\":[{\"exists\":true}]}}",
        "{\"detail\":{\"object\":{\"key\":[{\"suffix\":\".csv\"}]}}}",
        "{\"source\":[{\"anything-but\":{\"prefix\":\"aws.\"}}]}",
        "{\"source\":[{\"anything-but\":{\"suffix\":\".catalog\"}}]}",
        "{\"account\":[{\"anything-but\":{\"equals-ignore-case\":\"SHIPS\"}}]}",
        "{\"detail\":{\"object\":{\"key\":[{\"anything-but\":{\"wildcard\":\"*/tmp/*\"}}]}}}",
        "{\"account\":[{\"prefix\":{\"equals-ignore-case\":\"AVI\"}}]}",
      })
  void thesePatternsTakeTheEvent(String pattern) {
    assertThat(matches(pattern)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"source\":[\"hosu.catalog\"]}",
        "{\"detail\":{\"size\":[\"5\"]}}",
        "{\"detail\":{\"object\":{\"key\":[{\"suffix\":\".CSV\"}]}}}",
        "{\"source\":[{\"anything-but\":\"hosu.objects\"}]}",
        "{\"detail\":{\"ip\":[{\"cidr\":\"10.0.1.0/24\"}]}}",
        "{\"account\":[{\"equals-ignore-case\":\"AVIATIO\"}]}",
        "{\"detail\":{\"reason\":[{\"exists\":true}]}}",
        "{\"source\":[{\"anything-but\":{\"prefix\":\"hosu.\"}}]}",
        "{\"source\":[{\"anything-but\":{\"suffix\":\".objects\"}}]}",
        "{\"account\":[{\"anything-but\":{\"equals-ignore-case\":\"AVIATION\"}}]}",
        "{\"detail\":{\"object\":{\"key\":[{\"anything-but\":{\"wildcard\":\"*/flights/*\"}}]}}}",
        "{\"account\":[{\"prefix\":{\"equals-ignore-case\":\"SHI\"}}]}",
      })
  void thesePatternsLeaveIt(String pattern) {
    assertThat(matches(pattern)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "{\"source\":\"hosu.objects\"}",
        "{\"source\":[]}",
        "{\"source\":[{\"begins\":\"x\"}]}",
        "{\"detail\":{\"size\":[{\"numeric\":[\">\",0,\"<\"]}]}}",
        "{\"detail\":{\"object\":{\"key\":[{\"wildcard\":\"*:*:*:*:*:event-bus/*\"}]}}}",
      })
  void theseAreNoPatterns(String pattern) {
    assertThatExceptionOfType(Invalid.class)
        .isThrownBy(() -> EventPatterns.check(Json.parse(pattern)))
        .withMessageStartingWith("The event pattern");
  }

  /** EventBridge takes it and counts the last; what is lost there without a word is refused. */
  @Test
  void aFieldThatIsNamedTwiceIsRefused() {
    assertThatExceptionOfType(Invalid.class)
        .isThrownBy(() -> matches("{\"source\":[\"x\"],\"source\":[\"hosu.objects\"]}"))
        .withMessageContaining("the field 'source' twice");
  }

  @Test
  void aRuleOfTheHouseMayHaveManyWildcards() {
    String globs = "{\"wildcard\":\"a/*/b/*.csv\"},".repeat(20) + "{\"wildcard\":\"*\"}";

    assertThatCode(() -> EventPatterns.checkRule(Json.parse("{\"source\":[%s]}".formatted(globs))))
        .doesNotThrowAnyException();
  }

  @Test
  void alternativesThatMultiplyBeyondAThousandAreRefusedBeforeAnythingIsMadeOfThem() {
    ObjectNode pattern = Json.object();
    pattern.putArray("source").add("x");
    for (int i = 0; i < 12; i++) {
      ObjectNode wider = Json.object();
      wider.putArray("$or").add(pattern).add(pattern.deepCopy());
      wider.putObject("detail").putArray("k" + i).add(1);
      pattern = wider;
    }
    ObjectNode deep = pattern;
    assertThatExceptionOfType(Invalid.class)
        .isThrownBy(() -> EventPatterns.check(deep))
        .withMessageContaining("more than 1000 combinations");

    ObjectNode wide = Json.object();
    for (int i = 0; i <= 1000; i++) {
      wide.withArray("$or").addObject().putArray("source").add("s" + i);
    }
    assertThatExceptionOfType(Invalid.class).isThrownBy(() -> EventPatterns.matches(wide, EVENT));
    wide.withArray("$or").remove(1000);
    assertThatCode(() -> EventPatterns.check(wide)).doesNotThrowAnyException();
  }

  @Test
  void aPatternThatIsAskedOfManyEventsIsMadeOnce() {
    ObjectNode pattern = Json.object();
    pattern.putArray("source").add("hosu.objects");
    var taking = EventPatterns.taking(pattern);
    pattern.removeAll();
    assertThat(taking.test(EVENT)).isTrue();
    assertThat(taking.test(EVENT)).isTrue();
  }
}
