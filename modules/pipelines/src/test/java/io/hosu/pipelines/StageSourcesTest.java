package io.hosu.pipelines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.events.EventPatterns;
import io.hosu.kernel.Event;
import io.hosu.kernel.Json;
import io.hosu.kernel.StageName;
import io.hosu.kernel.TableName;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StageSourcesTest {
  private static StageSpec stage(Trigger on) {
    return World.stage("a.p.s", on, Target.Mode.APPEND, Batch.STANDARD, Retry.STANDARD);
  }

  private static Event created(String bucket, String key) {
    ObjectNode detail = Json.object();
    detail.putObject("bucket").put("name", bucket);
    detail.putObject("object").put("key", key);
    return new Event("e", "hosu.objects", "Object Created", Instant.EPOCH, "a", List.of(), detail);
  }

  private static boolean takes(StageSpec stage, Event event) {
    return EventPatterns.matches(StageSources.of(stage).getFirst().pattern(), event);
  }

  @ParameterizedTest
  @CsvSource({
    "raw/a/*.csv, raw, a/1.csv",
    "raw/a/**, raw, a/b/c.json",
    "raw/a/**/x.csv, raw, a/x.csv",
    "raw/a/**/x.csv, raw, a/b/c/x.csv",
    "raw/a/?.csv, raw, a/1.csv",
    "raw/a/1.csv, raw, a/1.csv",
    "raw/**, raw, anything at all",
    "raw/a/b\\*.csv, raw, a/b\\1.csv"
  })
  void theRuleTakesWhateverTheGlobMatches(String glob, String bucket, String key) {
    assertThat(takes(stage(new Trigger.Objects(List.of(glob))), created(bucket, key))).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "raw/a/*.csv, raw, b/1.csv",
    "raw/a/*.csv, stage, a/1.csv",
    "raw/a/*.csv, raw, a/1.json",
    "raw/a/1.csv, raw, a/11csv"
  })
  void theRuleLeavesWhatTheGlobCannotMatch(String glob, String bucket, String key) {
    assertThat(takes(stage(new Trigger.Objects(List.of(glob))), created(bucket, key))).isFalse();
  }

  @Test
  void severalGlobsOfSeveralLayersAreOneRule() {
    StageSpec stage = stage(new Trigger.Objects(List.of("raw/a/*.csv", "stage/b/**")));

    assertThat(takes(stage, created("raw", "a/1.csv"))).isTrue();
    assertThat(takes(stage, created("stage", "b/x/1.csv"))).isTrue();
    assertThat(takes(stage, created("raw", "b/x/1.csv"))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "raw/a/*a*a*a*a*a*a*a*a*a*ab",
        "raw/a/*a*a*a*ab",
        "raw/a/*a*a*a*a*ab",
        "raw/a/**/**/**/**/**/**b",
        "raw/a/{b}?{c}?{d}?{e}?{f}?{g}?"
      })
  void noGlobIsTooMuchForTheMachineOfPatterns(String glob) {
    StageSpec stage = stage(new Trigger.Objects(List.of(glob)));

    assertThatCode(() -> EventPatterns.check(StageSources.of(stage).getFirst().pattern()))
        .doesNotThrowAnyException();
    assertThat(takes(stage, created("raw", "a/" + "a".repeat(20) + "b"))).isTrue();
    assertThat(takes(stage, created("raw", "b/1.csv"))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(ints = {60, 100, 1500})
  void manyGlobsAreOneRule(int count) {
    List<String> globs =
        IntStream.range(0, count).mapToObj(i -> "raw/a/*%d*a.csv".formatted(i)).toList();
    StageSpec stage = stage(new Trigger.Objects(globs));

    assertThatCode(() -> EventPatterns.check(StageSources.of(stage).getFirst().pattern()))
        .doesNotThrowAnyException();
    assertThat(takes(stage, created("raw", "a/7a.csv"))).isTrue();
    assertThat(takes(stage, created("raw", "b/7a.csv"))).isFalse();
  }

  @Test
  void eachTableHasAQueueOfItsOwn() {
    StageSpec stage =
        stage(new Trigger.Tables(List.of(TableName.parse("a.s.x"), TableName.parse("a.s.y"))));

    assertThat(StageSources.of(stage))
        .extracting(StageSources.Source::queue)
        .containsExactly("a.p.s.a.s.x", "a.p.s.a.s.y");
    assertThat(StageSources.stageOf("a.p.s.a.s.x")).isEqualTo(StageName.parse("a.p.s"));
  }

  @Test
  void aStageThatIsStartedByHandHasNoQueue() {
    assertThat(StageSources.of(stage(new Trigger.ByHand()))).isEmpty();
  }
}
