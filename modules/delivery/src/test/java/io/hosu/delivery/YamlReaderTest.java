package io.hosu.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.delivery.YamlValue.Mapping;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class YamlReaderTest {
  private final Mistakes mistakes = new Mistakes();

  private Optional<YamlValue> read(String yaml) {
    return YamlReader.read("x.yaml", yaml, mistakes);
  }

  private Mapping mapping(String yaml) {
    return (Mapping) read(yaml).orElseThrow();
  }

  @Test
  void everyKeyAndValueHasItsPlace() {
    var entry = mapping("a: 1\nnext:   two\n").entry("next").orElseThrow();

    assertThat(entry.place()).hasToString("x.yaml:2:1");
    assertThat(entry.value().place()).hasToString("x.yaml:2:9");
    assertThat(entry.value().place().text()).isEqualTo("two");
  }

  @Test
  void placesCountCharactersAlsoBehindThoseOutsideTheBasicPlane() {
    var value = mapping("{ \"🛒\": x, b: wrong }").find("b").orElseThrow();

    assertThat(value.place().text()).isEqualTo("wrong");
  }

  @Test
  void scalarsAreWhatTheCoreSchemaSays() {
    Mapping all = mapping("{ a: yes, b: true, c: 1.5, d: ~, e: '1', on: '0x1F', f: 1e }");

    assertThat(all.entries().stream().map(e -> e.value().what()))
        .containsExactly(
            "a text", "true or false", "a number", "nothing", "a text", "a text", "a text");
  }

  @ParameterizedTest
  @ValueSource(strings = {".inf", "-.INF", ".nan", "0x1F", "0o17", "1e3", "-2.5E-7"})
  void aNumberThatIsNotReadAsOneIsNotTakenForAText(String number) {
    mapping("n: [" + number + "]");

    assertThat(mistakes.sorted())
        .singleElement()
        .satisfies(mistake -> assertThat(mistake.why()).startsWith("'" + number + "' is a number"));
  }

  @Test
  void aliasesStandForWhatTheyName() {
    assertThat(mapping("a: &x [1, 2]\nb: *x\n").texts("b")).containsExactly("1", "2");
  }

  @Test
  void anEmptyFileIsAnEmptyMapping() {
    assertThat(mapping("# nothing\n").entries()).isEmpty();
    assertThat(mistakes.sorted()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a: [1",
        "a: b: c",
        "\ta: 1",
        "a: 1\n---\nb: 2",
        "a: *nowhere",
        "a: \"\\q\"",
        "a: @x",
        "- 1\nb: 2",
        "a: 'open",
        "%YAML 3.0\n---\na: 1"
      })
  void whatIsNoYamlIsOneMistakeWithItsPlace(String yaml) {
    assertThat(read(yaml)).isEmpty();
    assertThat(mistakes.sorted()).hasSize(1);
    assertThat(mistakes.sorted().getFirst().place().file()).isEqualTo("x.yaml");
  }

  @Test
  void aliasesThatMultiplyAreRefused() {
    StringBuilder yaml = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 12; i++) {
      String alias = "*a" + (i - 1);
      yaml.append(
          "a%d: &a%d [%s]\n"
              .formatted(
                  i,
                  i,
                  String.join(
                      ", ", List.of(alias, alias, alias, alias, alias, alias, alias, alias))));
    }

    assertThat(read(yaml.toString())).isEmpty();
    assertThat(mistakes.sorted()).hasSize(1);
  }

  @Test
  void valuesThatHoldThemselvesAreRefused() {
    assertThat(read("a: &a { b: *a }")).isEmpty();
    assertThat(mistakes.sorted()).hasSize(1);
  }

  @Test
  void hundredThousandBracketsAreRefusedWithoutHarm() {
    assertThat(read("[".repeat(100_000))).isEmpty();
    assertThat(mistakes.sorted().getFirst().why()).contains("nested");
  }

  @Test
  void aFileLargerThanTheLimitIsRefused() {
    assertThat(read("a: " + "x".repeat(ProjectFiles.LARGEST_FILE + 1))).isEmpty();
    assertThat(mistakes.sorted()).hasSize(1);
  }
}
