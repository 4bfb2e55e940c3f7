package io.hosu.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hosu.kernel.HosuException.Invalid;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TextFormsTest {
  @ParameterizedTest
  @CsvSource({"250ms,250", "1.5s,1500", "22.5s,22500", "15m,900000", "2h,7200000", "7d,604800000"})
  void aDurationReadsBackWhatItPrints(String text, long millis) {
    assertThat(Durations.parse(text)).isEqualTo(Duration.ofMillis(millis));
    assertThat(Durations.print(Duration.ofMillis(millis))).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"15", "m", "-1s", "1 week", "1e3s", "", "999999999999d", "36526d"})
  void whatIsNoDurationIsRefused(String text) {
    assertThatThrownBy(() -> Durations.parse(text)).isInstanceOf(Invalid.class);
  }

  @Test
  void aSizeThatNoNumberHoldsIsRefused() {
    assertThatThrownBy(() -> Sizes.parse("99999999999TB")).isInstanceOf(Invalid.class);
  }

  @Test
  void aMessageWithOrWithoutASuggestionEndsOnce() {
    assertThat("No 'x'" + Suggestions.ending("tabel", List.of("table")))
        .isEqualTo("No 'x'; did you mean 'table'?");
    assertThat("No 'x'" + Suggestions.ending("zzz", List.of("table"))).isEqualTo("No 'x'.");
  }

  @ParameterizedTest
  @CsvSource({"1B,1", "4KB,4096", "128MB,134217728", "1.5GB,1610612736"})
  void aSizeReadsBackWhatItPrints(String text, long bytes) {
    assertThat(Sizes.parse(text)).isEqualTo(bytes);
    assertThat(Sizes.print(bytes)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "raw/*.csv, raw/a.csv, true",
    "raw/*.csv, raw/a/b.csv, false",
    "raw/**/b.csv, raw/b.csv, true",
    "raw/**/b.csv, raw/x/y/b.csv, true",
    "raw/**, raw/x/y.csv, true",
    "raw/a?.csv, raw/ab.csv, true",
    "raw/a?.csv, raw/a/.csv, false",
    "raw/a+[b].csv, raw/a+[b].csv, true",
    "raw/a.csv, raw/axcsv, false"
  })
  void aGlobMatchesKeys(String glob, String key, boolean matches) {
    assertThat(Glob.of(glob).matches(key)).isEqualTo(matches);
  }

  @Test
  void aCaptureRemembersAPartOfAKey() {
    Glob glob = Glob.parse("raw/x/{day}/{file}.csv");

    assertThat(glob.captures()).containsExactly("day", "file");
    assertThat(glob.capture("raw/x/2026-01-01/a.b.csv").orElseThrow())
        .containsExactly(Map.entry("day", "2026-01-01"), Map.entry("file", "a.b"));
    assertThat(glob.capture("raw/x/2026/01/a.csv")).isEmpty();
    assertThat(glob.capture("raw/x//a.csv")).isEmpty();
    assertThat(glob.fill(Map.of("day", "1", "file", "2"))).isEqualTo("raw/x/1/2.csv");
    assertThat(glob.prefix()).isEqualTo("raw/x/");
    assertThat(glob.wildcard(text -> text)).isEqualTo("raw/x/*/*.csv");
  }

  @ParameterizedTest
  @CsvSource({
    "raw/{a}/{a}.csv, raw/1/1.csv, true",
    "raw/{a}/{a}.csv, raw/1/2.csv, false",
    "raw/{a}/{b}/{a}1.csv, raw/x/y/x1.csv, true",
    "raw/{{a}}.csv, raw/{a}.csv, true",
    "raw/{{a}}.csv, raw/b.csv, false",
    "raw/{A}.csv, raw/{A}.csv, true",
    "raw/a}.csv, raw/a}.csv, true"
  })
  void aGlobWithBracesMatchesKeys(String glob, String key, boolean matches) {
    assertThat(Glob.of(glob).matches(key)).isEqualTo(matches);
  }

  @ParameterizedTest
  @CsvSource({
    "raw/{a.csv, does not end",
    "raw/a}.csv, ends nothing",
    "raw/{}.csv, name ''",
    "raw/{A}.csv, name 'A'",
    "raw/{a b}.csv, name 'a b'"
  })
  void aBraceWithoutAMeaningIsRefused(String glob, String why) {
    assertThatThrownBy(() -> Glob.parse(glob))
        .isInstanceOf(Invalid.class)
        .hasMessageContaining(why.replace("\"", ""));
  }

  @Test
  void theClosestKnownWordIsSuggestedOnlyWhenItIsClose() {
    assertThat(Suggestions.closest("tabel", List.of("table", "label"))).contains("table");
    assertThat(Suggestions.closest("http.prot", List.of("http.port", "s3.port")))
        .contains("http.port");
    assertThat(Suggestions.closest("zzz", List.of("table"))).isEmpty();
  }

  @Test
  void idsOfOneMakerRiseEvenWhenTheClockFallsBack() {
    Instant[] now = {Instant.parse("2026-01-01T00:00:00Z")};
    Ids ids = new Ids((InstantSource) () -> now[0], new Random(7));
    List<String> made = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      now[0] = now[0].plusMillis(i % 3 - 1);
      made.add(ids.next());
    }
    assertThat(made).isSorted().doesNotHaveDuplicates().allMatch(id -> id.length() == 26);
  }

  @Test
  void anIdTellsWhenItWasMade() {
    Instant made = Instant.parse("2026-01-01T00:00:00.123Z");
    assertThat(Ids.timeOf(new Ids((InstantSource) () -> made, new Random(7)).next()))
        .isEqualTo(made);
  }

  @Test
  void anEventReadsBackWhatItPrints() {
    Event event =
        new Event(
            "1",
            "hosu.objects",
            "Object Created",
            Instant.parse("2026-01-01T00:00:00.123Z"),
            "aviation",
            List.of("raw/a"),
            Json.object().put("size", 3));
    assertThat(Event.fromJson(Json.parse(Json.print(event.toJson())))).isEqualTo(event);
  }

  @Test
  void aSettingBelowWhatMakesSenseIsRefused() {
    Settings settings = new Settings(Map.of("memory", "0B", "wait", "0s", "keep", "0s"));
    settings.size("memory", 1 << 20, 1024, "Memory.");
    settings.duration("wait", Duration.ofMinutes(1), Duration.ofSeconds(1), "How long.");
    settings.duration("keep", Duration.ofMinutes(1), "How long.");

    assertThatThrownBy(settings::check)
        .isInstanceOf(Invalid.class)
        .hasMessageContaining("'memory' is 0B, but must be at least 1KB")
        .hasMessageContaining("'wait' is 0s, but must be at least 1s")
        .hasMessageNotContaining("keep");
  }

  @Test
  void everyMistakeInTheSettingsIsToldAtOnce() {
    Settings settings = new Settings(Map.of("http.prot", "1", "queue.wait", "soon"));
    settings.count("http.port", 8000, 0, "Where the API listens.");
    settings.duration("queue.wait", Duration.ofSeconds(1), "How long to wait.");
    assertThatThrownBy(settings::check)
        .hasMessageContaining("'http.prot' is not a setting; did you mean 'http.port'?")
        .hasMessageContaining("'queue.wait' is 'soon', which is not a duration");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-999999999-01-01T00:00:00Z",
        "-0001-12-31T23:59:59.999Z",
        "+10000-01-01T00:00:00Z",
        "+12000-01-01T00:00:00+02:00",
      })
  void instantsThatDatabasesAndEnginesDoNotKnowAreRefused(String text) {
    assertThatThrownBy(() -> Instants.parse(text)).isInstanceOf(DateTimeException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0000-01-01T00:00:00.000Z", "9999-12-31T23:59:59.999Z"})
  void theFirstAndTheLastInstantThatAreKnownReadBack(String text) {
    assertThat(Instants.print(Instants.parse(text))).isEqualTo(text);
  }
}
