package io.hosu.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.events.PatternExplanation.Clause;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Json;
import org.junit.jupiter.api.Test;

class PatternExplanationTest {
  private static final JsonNode EVENT =
      Json.parse(
          """
          {"source": "hosu.objects", "detail-type": "Object Created", "detail": {
            "bucket": {"name": "raw"}, "object": {"key": "shop/a.csv", "size": 12},
            "tags": ["red", "blue"], "parts": [{"n": 1, "ok": true}, {"n": 2, "ok": false}]}}\
          """);

  @Test
  void eachClauseSaysWhatItWantedWhatItFoundAndWhetherThatHolds() {
    PatternExplanation why =
        explain(
            """
            {"source": ["hosu.objects"],
             "detail": {"object": {"key": [{"suffix": ".json"}], "size": [{"numeric": [">", 10]}]}}}\
            """);
    assertThat(why.matches()).isFalse();
    assertThat(why.clauses().stream().map(Clause::path))
        .containsExactly("source", "detail.object.key", "detail.object.size");
    assertThat(why.clauses().stream().map(Clause::matches)).containsExactly(true, false, true);
    assertThat(why.toJson().path("clauses").path(1))
        .isEqualTo(
            Json.parse(
                """
                {"path": "detail.object.key", "wanted": [{"suffix": ".json"}],
                 "found": ["shop/a.csv"], "matches": false}\
                """));
  }

  @Test
  void aMissingFieldIsFoundNowhere() {
    PatternExplanation why = explain("{\"detail\": {\"nothing\": [{\"exists\": false}]}}");
    assertThat(why.matches()).isTrue();
    assertThat(why.clauses().getFirst().found()).isEmpty();
  }

  @Test
  void alternativesAreClausesOfTheirOwn() {
    PatternExplanation why =
        explain(
            """
            {"$or": [{"source": ["other"]}, {"detail": {"tags": ["blue"]}}]}\
            """);
    assertThat(why.matches()).isTrue();
    assertThat(why.clauses().stream().map(Clause::path))
        .containsExactly("$or[0].source", "$or[1].detail.tags");
    assertThat(why.clauses().stream().map(Clause::matches)).containsExactly(false, true);
    assertThat(why.clauses().get(1).found()).map(JsonNode::asText).containsExactly("red", "blue");
  }

  @Test
  void clausesThatHoldInDifferentElementsDoNotMakeAMatch() {
    PatternExplanation why = explain("{\"detail\": {\"parts\": {\"n\": [1], \"ok\": [false]}}}");
    assertThat(why.clauses()).allMatch(Clause::matches);
    assertThat(why.matches()).isFalse();
  }

  @Test
  void whatIsNoPatternIsRefused() {
    assertThatThrownBy(() -> explain("{\"source\": \"hosu.objects\"}")).isInstanceOf(Invalid.class);
  }

  private static PatternExplanation explain(String pattern) {
    return PatternExplanation.of(Json.parse(pattern), EVENT);
  }

  @Test
  void aFieldWithDotsInItsNameIsFoundWhereItMatched() {
    PatternExplanation why = explain("{\"detail.object.key\": [\"shop/a.csv\"]}");

    assertThat(why.matches()).isTrue();
    assertThat(why.clauses().getFirst().found())
        .map(JsonNode::asText)
        .containsExactly("shop/a.csv");
  }
}
