package io.hosu.governance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hosu.kernel.HosuException.Invalid;
import io.hosu.testing.Seeds;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ExpressionTest {
  static LongStream seeds() {
    return Seeds.upTo(200);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "pii = low                                  | true",
        "pii != low                                 | false",
        "pii != high                                | true",
        "team in (sales, finance)                   | true",
        "team not in (sales, finance)               | false",
        "pii = low and team in (hr)                 | false",
        "pii = low or team in (hr) and pii = high   | true",
        "(pii = low or team in (hr)) and pii = high | false",
        "not (pii = high or pii = none)             | true",
        "not not pii = low                          | true",
        "absent = low                               | false",
        "absent != low                              | false",
        "absent not in (low)                        | false",
        "not absent = low                           | true",
        "pii='low'and team='sales'                  | true"
      })
  void holdsAsItReads(String text, boolean holds) {
    Map<String, String> tags = Map.of("pii", "low", "team", "sales");
    assertThat(Expression.parse(text).holds(name -> tags.get(name.name()))).isEqualTo(holds);
  }

  @Test
  void aWhereComparesThePrincipalWithTheResource() {
    Expression where =
        Expression.parseWhere("principal.project = resource.project and resource.pii != high");
    Map<String, String> values =
        Map.of("PRINCIPAL project", "x", "RESOURCE project", "x", "RESOURCE pii", "low");
    assertThat(where.holds(name -> values.get(name.of() + " " + name.name()))).isTrue();
    assertThat(where.holds(_ -> null)).isFalse();
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void expressionsReadBackWhatTheyPrint(long seed) {
    Expression one = random(new Random(seed), 4);
    assertThat(Expression.parse(one.toString())).hasToString(one.toString()).isEqualTo(one);
    Resource tagged = new Resource.Tagged(one);
    assertThat(Resource.parse(tagged.toString())).isEqualTo(tagged);
    Grantee such = new Grantee(Grantee.Kind.PRINCIPAL, one.toString());
    assertThat(Grantee.parse(such.toString())).isEqualTo(such);
  }

  private static Expression random(Random random, int depth) {
    return switch (depth == 0 ? 0 : random.nextInt(4)) {
      case 1 -> new Expression.Not(random(random, depth - 1));
      case 2 -> new Expression.And(List.of(random(random, depth - 1), random(random, depth - 1)));
      case 3 -> new Expression.Or(List.of(random(random, depth - 1), random(random, depth - 1)));
      default -> {
        List<Expression.Operand> right = new ArrayList<>();
        for (int i = 0; i <= random.nextInt(3); i++) {
          List<String> values = List.of("a", "in", "it's", "x y", "principal.x", "é\"(", "1.5", "");
          right.add(new Expression.Operand.Value(values.get(random.nextInt(values.size()))));
        }
        yield new Expression.Compare(
            new Expression.Operand.Name(Expression.Of.TAGGED, "k" + random.nextInt(3)),
            random.nextBoolean(),
            right);
      }
    };
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "pii                     | lacks =, != or in after 'pii', at character 4",
        "pii =                   | ends too early, at character 6",
        "pii = low and           | ends too early",
        "pii = low team = x      | goes on with 'team', at character 11",
        "(pii = low              | lacks a ')', at character 11",
        "pii in low              | lacks a '(', at character 8",
        "pii in ()               | has ')' where a name or value is expected",
        "1pii = low              | has '1pii', which cannot name a tag",
        "'pii' = low             | cannot name a tag",
        "pii == low              | has '=' where a name or value is expected, at character 6",
        "pii = low; x            | has something that is no part of an expression, at character 10",
        "pii = 'low              | has something that is no part of an expression",
        "owner = principal.team  | only where: may do"
      })
  void whatIsNoExpressionIsRefusedWithItsPlace(String text, String why) {
    assertThatThrownBy(() -> Expression.parse(text))
        .isInstanceOf(Invalid.class)
        .hasMessageContaining(why);
  }

  @Test
  void aDeeplyNestedExpressionIsRefused() {
    String deep = "(".repeat(10_000) + "a = b" + ")".repeat(10_000);
    assertThatThrownBy(() -> Expression.parse(deep)).isInstanceOf(Invalid.class);
    assertThatThrownBy(() -> Expression.parseWhere("pii = low"))
        .isInstanceOf(Invalid.class)
        .hasMessageContaining("principal.NAME or resource.NAME");
  }
}
