package io.hosu.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.hosu.kernel.HosuException.Invalid;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SequencedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class GlobMatchTest {
  private static final int LONGEST_KEY = 1024;
  private static final List<String> PARTS =
      List.of("a", "b", "/", ".", "\uD83D\uDE00", "*", "**", "**/", "?", "{c}", "{d}", "{e}");
  private static final List<String> LETTERS = List.of("a", "a", "b", "/", ".", "\uD83D\uDE00");

  @Test
  void keysAndCapturesAreThoseOfTheRegularExpressionThatAGlobStandsFor() {
    Random random = new Random(3);
    int fitting = 0;
    for (int i = 0; i < 60_000; i++) {
      String glob = some(random, PARTS, 7);
      String key = some(random, LETTERS, 8);
      Optional<SequencedMap<String, String>> expected = byRegex(glob, key);
      fitting += expected.isPresent() ? 1 : 0;
      assertThat(Glob.of(glob).matches(key))
          .as("%s fits %s", key, glob)
          .isEqualTo(expected.isPresent());
      assertThat(Glob.of(glob).capture(key)).as("%s in %s", glob, key).isEqualTo(expected);
    }
    assertThat(fitting).isGreaterThan(1000);
  }

  private static String some(Random random, List<String> of, int most) {
    return IntStream.rangeClosed(0, random.nextInt(most))
        .mapToObj(_ -> of.get(random.nextInt(of.size())))
        .reduce("", String::concat);
  }

  private static Optional<SequencedMap<String, String>> byRegex(String glob, String key) {
    List<String> names = new ArrayList<>();
    Matcher part =
        Pattern.compile("\\*\\*/|\\*\\*|\\*|\\?|\\{(.)}|.", Pattern.DOTALL).matcher(glob);
    String regex =
        part.replaceAll(
            found -> Matcher.quoteReplacement(regex(found.group(), found.group(1), names)));
    Matcher matcher = Pattern.compile(regex, Pattern.DOTALL).matcher(key);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    SequencedMap<String, String> values = new LinkedHashMap<>();
    names.forEach(name -> values.put(name, matcher.group(name)));
    return Optional.of(values);
  }

  private static String regex(String part, String name, List<String> names) {
    return switch (part) {
      case "**/" -> "(?:.*/)?";
      case "**" -> ".*";
      case "*" -> "[^/]*";
      case "?" -> "[^/]";
      default -> {
        if (name == null) {
          yield Pattern.quote(part);
        }
        if (names.contains(name)) {
          yield "\\k<%s>".formatted(name);
        }
        names.add(name);
        yield "(?<%s>[^/]+)".formatted(name);
      }
    };
  }

  @ParameterizedTest
  @MethodSource("hardPairs")
  void aLongKeyTakesStepsByItsLengthAlone(String glob, String key) {
    GlobMatch match = Glob.parse(glob).match(key);

    assertThat(match.matches()).isFalse();
    assertThat(match.steps()).isLessThan(20L * LONGEST_KEY * glob.length());
  }

  static Stream<Arguments> hardPairs() {
    return Stream.of(
            "*a*a*a*a*a*a*a*a*a*ab",
            "**a**a**a**a**a**a**ab",
            "**/**/**/**/**/**/b",
            "{a}{b}{c}{d}{e}{f}{g}x",
            "{a}/{a}*{b}{c}{d}*{e}x",
            "{a}{b}/{a}{b}x")
        .flatMap(glob ->
            Stream.of("a".repeat(LONGEST_KEY), "a/".repeat(LONGEST_KEY / 2), half("a"), half("ba"))
                .map(key -> arguments(glob, key)));
  }

  private static String half(String text) {
    String half = text.repeat(LONGEST_KEY / 2 / text.length());
    return half + "/" + half;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{a}{b}{c}/{a}{b}{c}x", "*{a}{a}x", "**/{a}*/{a}{a}x", "{a}-{b}/*{a}{b}x"})
  void noKeyOfAGlobThatIsAcceptedIsGivenUp(String glob) {
    for (String key : List.of("a".repeat(LONGEST_KEY), half("a"), half("-"), half("a/"))) {
      GlobMatch match = Glob.parse(glob).match(key);

      assertThat(match.matches()).isFalse();
      assertThat(match.steps()).isLessThan(GlobMatch.MOST_STEPS / 4);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "raw/shop/yy/{a}{b}{c}{d}{a}{b}{c}{d}x",
        "raw/shop/*{a}*{a}*",
        "raw/shop/**/{a}{b}{c}/{a}",
        "raw/shop/**{a}**{a}**",
        "raw/shop/{a}-{b}-{c}-{d}/{d}"
      })
  void aGlobWithTooManyWaysToRepeatACaptureIsRefusedAndStillEndsWhereItIsKept(String glob) {
    assertThatThrownBy(() -> Glob.parse(glob))
        .isInstanceOf(Invalid.class)
        .hasMessageContaining(glob)
        .hasMessageContaining("repeats a capture");

    GlobMatch match = Glob.of(glob).match("raw/shop/yy/" + "a".repeat(401) + "x");
    match.matches();
    assertThat(match.steps()).isLessThan(2 * GlobMatch.MOST_STEPS);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "raw/shop/{day}/orders-{day}.csv",
        "raw/shop/**/{day}/orders-{day}-*.csv",
        "raw/shop/{year}-{month}/{day}/{year}{month}{day}-*{shop}.csv",
        "raw/shop/{year}-{month}-{day}/{year}{month}{day}.csv"
      })
  void capturesThatComeAgainAsPeopleWriteThemAreAccepted(String glob) {
    Map<String, String> values =
        Map.of("day", "26", "year", "2026", "month", "11", "shop", "north");
    String key = glob.replaceAll("\\*+/?", "");
    for (Map.Entry<String, String> value : values.entrySet()) {
      key = key.replace("{" + value.getKey() + "}", value.getValue());
    }

    assertThat(Glob.parse(glob).matches(key)).as(key).isTrue();
  }

  @Test
  void longGlobsAreFoundToOverlapOrNot() {
    String one = "*a".repeat(300);
    assertThat(Glob.of(one + "c").overlap(Glob.of(one + "b"))).isEmpty();
    assertThat(Glob.of(one).overlap(Glob.of(one))).isPresent();
  }

  @Test
  void aGlobOfTooManyPartsIsRefused() {
    assertThat(Glob.parse("{a}*" + "*?".repeat(200)).capture("x".repeat(300))).isPresent();
    assertThatThrownBy(() -> Glob.parse("?".repeat(501)))
        .isInstanceOf(Invalid.class)
        .hasMessageContaining("more than 500");
  }
}
