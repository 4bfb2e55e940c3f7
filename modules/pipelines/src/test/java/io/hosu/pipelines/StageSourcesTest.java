package io.hosu.pipelines;

import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.events.EventPatterns;
import io.hosu.kernel.Event;
import io.hosu.kernel.Json;
import io.hosu.kernel.StageName;
import io.hosu.kernel.TableName;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StageSourcesTest {
  @ParameterizedTest
  @CsvSource({
    "raw/shop/orders/*.csv, raw, shop/orders/1.csv, true",
    "raw/shop/orders/*.csv, raw, shop/orders/1.json, false",
    "raw/shop/orders/*.csv, stage, shop/orders/1.csv, false",
    "raw/shop/**, raw, shop/a/b/c, true",
    "raw/shop/**/x.csv, raw, shop/x.csv, true",
    "raw/shop/a?.csv, raw, shop/ab.csv, true",
    "raw/shop/a.csv, raw, shop/a.csv, true",
    "raw/shop/a.csv, raw, shop/b.csv, false"
  })
  void theRuleOfAGlobTakesEveryObjectThatTheGlobTakes(
      String glob, String bucket, String key, boolean taken) {
    var pattern = StageSources.of(stage(glob)).getFirst().pattern();

    EventPatterns.check(pattern);
    assertThat(EventPatterns.matches(pattern, created(bucket, key))).isEqualTo(taken);
  }

  private static StageSpec stage(String glob) {
    return new StageSpec(
        new StageName("shop", "orders", "load"),
        new Trigger.Objects(List.of(glob)),
        new Batch(1, java.time.Duration.ZERO),
        Input.STANDARD,
        new Transform.Sql("load.sql", "SELECT * FROM input"),
        new Target(
            new TableName("shop", "stage", "orders"),
            Target.Mode.APPEND,
            List.of(),
            List.of(),
            List.of()),
        Running.STANDARD);
  }

  private static Event created(String bucket, String key) {
    var detail = Json.object();
    detail.putObject("bucket").put("name", bucket);
    detail.putObject("object").put("key", key);
    return new Event(
        "1", "hosu.objects", "Object Created", Instant.EPOCH, "shop", List.of(), detail);
  }
}
