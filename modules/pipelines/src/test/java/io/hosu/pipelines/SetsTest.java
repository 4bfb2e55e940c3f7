package io.hosu.pipelines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hosu.events.DeadLetter;
import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.HosuException.Invalid;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Stages that wait for sets of objects, and for objects that a manifest lists. */
class SetsTest extends InWorld {
  private static final Duration TWO_HOURS = Duration.ofHours(2);

  static StageSpec stage(Trigger on) {
    return World.stage("a.p.join", on, Target.Mode.APPEND, Batch.STANDARD, World.TWO_RETRIES);
  }

  private static StageSpec pair(Patience patience) {
    return stage(new Trigger.All(List.of("raw/a/{day}/x.ok", "raw/a/{day}/y.ok"), patience));
  }

  private static StageSpec listed(Patience patience) {
    return stage(new Trigger.Manifest("raw/a/*.manifest", patience));
  }

  private static Patience within(Patience.Partial partial) {
    return new Patience(Optional.of(TWO_HOURS), partial);
  }

  private static String manifest(String... entries) {
    return "{\"entries\": [" + String.join(", ", entries) + "]}";
  }

  private static String entry(String url) {
    return "{\"url\": \"%s\"}".formatted(url);
  }

  @Test
  void aStageStartsOnceForEachSetThatIsComplete() {
    server.apply(pair(Patience.ENDLESS));
    world.put("a/1/x.ok", "x1");
    world.put("a/2/x.ok", "x2");
    server.settle();
    assertThat(executions()).isEmpty();
    assertThat(server.pipelines.pending().isNone()).as("nothing moves by itself").isTrue();

    world.put("a/1/y.ok", "y1");
    server.settle();
    assertThat(world.history("join")).containsExactly("a/1/x.ok=x1", "a/1/y.ok=y1");
    assertThat(executions()).hasSize(1);
    assertThat(world.count("messages")).as("that of the other set").isEqualTo(1);
  }

  @Test
  void theLatestVersionCountsWhenAnObjectComesTwiceBefore() {
    server.apply(pair(Patience.ENDLESS));
    world.put("a/1/x.ok", "old");
    world.put("a/1/x.ok", "new");
    server.settle();
    world.put("a/1/y.ok", "y");
    server.settle();

    assertThat(world.history("join")).containsExactly("a/1/x.ok=new", "a/1/y.ok=y");
    assertThat(world.count("messages")).isZero();
  }

  @Test
  void reUploadOfOneOfThreeInputsKeepsTheJoinComplete() {
    server.apply(
        stage(
            new Trigger.All(
                List.of("raw/a/{d}/x.ok", "raw/a/{d}/y.ok", "raw/a/{d}/z.ok"), Patience.ENDLESS)));
    List.of("x", "y", "z").forEach(name -> world.put("a/1/" + name + ".ok", name));
    server.settle();
    world.put("a/1/y.ok", "corrected");
    server.settle();

    assertThat(world.history("join").subList(3, 6))
        .containsExactly("a/1/x.ok=x", "a/1/y.ok=corrected", "a/1/z.ok=z");
    assertThat(executions()).hasSize(2);
  }

  @Test
  void objectsThatCameBeforeTheStageWasDeclaredCount() {
    world.put("a/1/x.ok", "x");
    server.router.routeOnce();
    server.apply(pair(Patience.ENDLESS));
    world.put("a/1/y.ok", "y");
    server.settle();

    assertThat(world.rows("join")).containsExactly("a/1/x.ok=x", "a/1/y.ok=y");
  }

  @Test
  void globsWithoutCapturesAreOneSet() {
    server.apply(stage(new Trigger.All(List.of("raw/a/x.ok", "raw/a/y.ok"), Patience.ENDLESS)));
    world.put("a/x.ok", "x");
    server.settle();
    assertThat(executions()).isEmpty();
    world.put("a/y.ok", "y");
    server.settle();

    assertThat(world.rows("join")).containsExactly("a/x.ok=x", "a/y.ok=y");
  }

  @Test
  void theSameBytesAgainStartNothing() {
    server.apply(pair(Patience.ENDLESS));
    world.put("a/1/x.ok", "x");
    world.put("a/1/y.ok", "y");
    server.settle();
    world.put("a/1/x.ok", "x");
    server.settle();

    assertThat(world.history("join")).hasSize(2);
  }

  @Test
  void aSetThatIsNotCompleteInTimeBecomesDeadLettersThatNameWhatIsMissing() {
    server.apply(pair(within(Patience.Partial.FAIL)));
    world.put("a/1/x.ok", "x");
    server.settle();
    world.clock.advance(TWO_HOURS.minusSeconds(1));
    server.settle();
    assertThat(executions()).isEmpty();
    world.clock.advance(Duration.ofSeconds(1));
    server.settle();

    DeadLetter letter = world.deadLetters().getFirst();
    assertThat(letter.cause().code()).isEqualTo("SET_INCOMPLETE");
    assertThat(letter.cause().what())
        .isEqualTo("Stage a.p.join cannot start: the set day=1 lacks raw/a/1/y.ok.");
    assertThat(world.history("join")).isEmpty();

    world.put("a/1/y.ok", "y");
    server.settle();
    assertThat(world.rows("join")).containsExactly("a/1/x.ok=x", "a/1/y.ok=y");
    world.redrive(List.of(letter.id()));
    server.settle();
    assertThat(world.history("join")).hasSize(2);
  }

  @Test
  void orStartsWithWhatIsThere() {
    server.apply(pair(within(Patience.Partial.RUN)));
    world.put("a/1/x.ok", "x");
    server.settle();
    world.clock.advance(TWO_HOURS);
    server.settle();

    assertThat(world.rows("join")).containsExactly("a/1/x.ok=x");
    assertThat(executions().getFirst().result().note()).contains("lacks raw/a/1/y.ok");
  }

  @Test
  void orIsSkippedByAnExecutionThatSaysSo() {
    server.apply(pair(within(Patience.Partial.SKIP)));
    world.put("a/1/x.ok", "x");
    server.settle();
    world.clock.advance(TWO_HOURS);
    server.settle();

    assertThat(world.rows("join")).isEmpty();
    assertThat(executions())
        .singleElement()
        .satisfies(one -> {
          assertThat(one.status()).isEqualTo(ExecutionStatus.SUCCEEDED);
          assertThat(one.result().note()).isEqualTo("Skipped: the set day=1 lacks raw/a/1/y.ok.");
        });
    assertThat(world.count("messages")).isZero();
  }

  @Test
  void anObjectOfASetThatIsBadMakesDeadLettersOfItsMessagesAndRedrivenTheyAreOneSet() {
    server.apply(
        stage(new Trigger.All(List.of("raw/a/{d}/x.bad", "raw/a/{d}/y.ok"), Patience.ENDLESS)));
    world.put("a/1/x.bad", "x");
    world.put("a/1/y.ok", "y");
    server.settle();
    assertThat(world.deadLetters()).hasSize(2);
    world.put("a/1/x.bad", "good");
    server.settle();
    world.redrive(world.deadLetters().stream().map(DeadLetter::id).toList());
    server.finish();

    assertThat(world.history("join")).containsExactly("a/1/x.bad=good", "a/1/y.ok=y");
    assertThat(world.deadLetters()).isEmpty();
  }

  @Test
  void aSetIsNotStartedByHand() {
    server.apply(pair(Patience.ENDLESS));

    assertThatThrownBy(() -> server.pipelines.run(pair(Patience.ENDLESS).name()))
        .isInstanceOf(Conflict.class)
        .hasMessageContaining("set of objects");
  }

  @Test
  void aManifestStartsOneExecutionOverItsObjectsThatCameBeforeOrAfterIt() {
    server.apply(listed(Patience.ENDLESS));
    world.put("a/1.ok", "1");
    world.put(
        "a/d.manifest", manifest(entry("s3://raw/a/1.ok"), entry("raw/a/2.ok"), entry("sub/3.ok")));
    server.settle();
    world.put("a/2.ok", "2");
    world.put("a/9.ok", "of no manifest");
    server.settle();
    assertThat(executions()).isEmpty();
    assertThat(server.pipelines.pending().isNone()).isTrue();

    world.put("a/sub/3.ok", "3");
    server.settle();
    assertThat(world.history("join")).containsExactly("a/1.ok=1", "a/2.ok=2", "a/sub/3.ok=3");
    assertThat(world.unmatched()).as("taken by nobody").containsExactly("raw/a/9.ok");
    world.put("a/2.ok", "later");
    server.settle();
    assertThat(executions()).hasSize(1);
    assertThat(world.count("awaited_objects")).isZero();
  }

  @Test
  void anObjectWithAnotherChecksumOrSizeIsNotThere() {
    server.apply(listed(Patience.ENDLESS));
    String sum = "0123456789abcdef".repeat(4);
    world.put(
        "a/d.manifest",
        manifest("{\"url\": \"1.ok\", \"sha256\": \"%s\", \"size\": 1}".formatted(sum)));
    world.put("a/1.ok", "f".repeat(64));
    server.settle();
    assertThat(executions()).isEmpty();

    world.put("a/1.ok", sum);
    server.settle();
    assertThat(world.rows("join")).containsExactly("a/1.ok=" + sum);

    world.put("a/e.manifest", manifest("{\"url\": \"1.ok\", \"meta\": {\"content_length\": 12}}"));
    server.settle();
    assertThat(executions()).hasSize(1);
  }

  @Test
  void anEntryThatIsNotMandatoryIsTakenAlongWhenItIsThere() {
    server.apply(listed(Patience.ENDLESS));
    world.put("a/2.ok", "2");
    world.put(
        "a/d.manifest",
        manifest(
            entry("1.ok"),
            "{\"url\": \"2.ok\", \"mandatory\": false}",
            "{\"url\": \"3.ok\", \"mandatory\": false}"));
    world.put("a/1.ok", "1");
    server.settle();

    assertThat(world.rows("join")).containsExactly("a/1.ok=1", "a/2.ok=2");
    assertThat(executions().getFirst().result().note())
        .isEqualTo("Left out: raw/a/3.ok is not there, and not mandatory.");
  }

  @Test
  void aManifestOfNothingButWhatIsNotThereSaysSo() {
    server.apply(listed(Patience.ENDLESS));
    world.put("a/1.ok", "1");
    world.put(
        "a/d.manifest",
        manifest(
            "{\"url\": \"1.ok\", \"mandatory\": false, \"size\": 9}",
            "{\"url\": \"2.ok\", \"mandatory\": false}"));
    server.settle();

    assertThat(executions().getFirst().result().note())
        .isEqualTo(
            "Left out: raw/a/1.ok (it has 1 bytes, the manifest says 9) is not there, and not"
                + " mandatory; raw/a/2.ok is not there, and not mandatory.");
  }

  @Test
  void aMisspeltKeyOfAManifestIsNotTakenForNoCheck() {
    server.apply(listed(Patience.ENDLESS));
    refused(
        manifest("{\"url\": \"1.ok\", \"sizee\": 99}"),
        "has a key 'sizee' that means nothing; did you mean 'size'?, in entry 1");
    refused(
        manifest("{\"url\": \"1.ok\", \"meta\": {\"content_lenght\": 9}}"),
        "did you mean 'content_length'?");
    refused("{\"entires\": []}", "did you mean 'entries'?");
    world.put("a/1.ok", "1");
    world.put(
        "a/unloaded.manifest",
        "{\"schema\": {}, \"meta\": {}, \"author\": {}, \"entries\": [{\"url\": \"1.ok\","
            + " \"meta\": {\"content_length\": 1, \"record_count\": 1}}]}");
    server.settle();
    assertThat(world.rows("join")).containsExactly("a/1.ok=1");
  }

  @Test
  void aManifestThatCannotBeReadIsADeadLetterThatNamesThePlace() {
    server.apply(listed(Patience.ENDLESS));
    world.put("a/d.manifest", "{\n\"entries\": [\n{ url }]}");
    server.settle();

    DeadLetter letter = world.deadLetters().getFirst();
    assertThat(letter.cause().code()).isEqualTo("MANIFEST_INVALID");
    assertThat(letter.cause().object()).contains("raw/a/d.manifest");
    assertThat(letter.cause().line()).contains(3L);
    refused("[]", "no list 'entries'");
    refused(manifest(), "no list 'entries'");
    refused(manifest("{}"), "no text 'url', in entry 1");
    refused(manifest(entry("1.ok"), entry("./1.ok")), "lists raw/a/1.ok twice, in entry 2");
    refused(manifest("{\"url\": \"1.ok\", \"size\": \"1\"}"), "no number of bytes");
    refused(
        manifest(entry("1.ok"), entry("others.manifest")),
        "lists raw/a/others.manifest, which is a manifest of stage a.p.join itself, in entry 2");
    refused(manifest("{\"url\": \"1.ok\", \"sha256\": \"1\"}"), "64 digits");
    refused(manifest("{\"url\": \"1.ok\", \"mandatory\": 1}"), "neither true nor false");
  }

  @Test
  void aManifestListsObjectsOfItsOwnDomainAlone() {
    server.apply(listed(Patience.ENDLESS));
    refused(manifest(entry("s3://raw/b/1.ok")), "none of the objects of the stage's domain a");
    refused(manifest(entry("../b/1.ok")), "names no object");
    refused(manifest(entry("s3://raw/a/../b/1.ok")), "names no object");
  }

  @Test
  void aManifestThatSaysTwoThingsIsNotBelieved() {
    server.apply(listed(Patience.ENDLESS));
    refused(
        "{\"entries\": [{\"url\": \"1.ok\"}], \"entries\": [{\"url\": \"2.ok\"}]}",
        "it has the field 'entries' twice");
    refused(manifest("{\"url\": \"1.ok\", \"url\": \"2.ok\"}"), "it has the field 'url' twice");
    refused(
        manifest("{\"url\": \"1.ok\", \"size\": 9, \"meta\": {\"content_length\": 99}}"),
        "two sizes, 'size' 9 and 'content_length' 99, in entry 1");
    refused(manifest("{\"url\": \"1.ok\", \"meta\": 9}"), "'meta' that is no object");
  }

  private void refused(String manifest, String why) {
    world.put("a/refused.manifest", manifest);
    server.settle();

    assertThat(world.deadLetters().getFirst().cause().what()).contains(why);
  }

  @Test
  void aManifestWhoseObjectsDoNotComeInTimeIsADeadLetter() {
    server.apply(listed(within(Patience.Partial.FAIL)));
    world.put("a/d.manifest", manifest(entry("1.ok"), entry("2.ok")));
    world.put("a/1.ok", "1");
    server.settle();
    world.clock.advance(TWO_HOURS);
    server.settle();

    assertThat(world.deadLetters().getFirst().cause().what())
        .isEqualTo("Stage a.p.join cannot start: the set raw/a/d.manifest lacks raw/a/2.ok.");
  }

  @Test
  void theSpecsReadBack() {
    for (StageSpec stage : List.of(pair(within(Patience.Partial.RUN)), listed(Patience.ENDLESS))) {
      assertThat(StageSpec.fromJson(stage.toJson())).isEqualTo(stage);
    }
  }

  @Test
  void globsThatMakeNoSetAreRefused() {
    notASet("at least two globs", "raw/a/{d}/x");
    notASet("several objects", "raw/a/{d}/x", "raw/a/{d}/y*");
    notASet("did you mean 'dya'?", "raw/a/{day}/x", "raw/a/{dya}/y");
    notASet("do not have", "raw/a/{d}/x", "raw/a/{d}/{e}");
    notASet("is one of", "raw/a/{d}-x", "raw/a/{d}-y-x");
    notASet("does not end", "raw/a/{d}/x", "raw/a/{d/y");
  }

  private static void notASet(String why, String... globs) {
    assertThatThrownBy(() -> new Trigger.All(List.of(globs), Patience.ENDLESS))
        .isInstanceOf(Invalid.class)
        .hasMessageContaining(why);
  }
}
