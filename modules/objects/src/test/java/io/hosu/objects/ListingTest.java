package io.hosu.objects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hosu.governance.Permission;
import io.hosu.governance.Principal;
import io.hosu.governance.Resource;
import io.hosu.kernel.HosuException.Denied;
import io.hosu.kernel.ObjectName;
import io.hosu.testing.Seeds;
import io.hosu.testing.TestDatabase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

@ParameterizedClass(name = "{0}")
@EnumSource(TestDatabase.class)
class ListingTest {
  private final TestDatabase kind;
  private static final Comparator<String> BYTES =
      (left, right) ->
          Arrays.compareUnsigned(
              left.getBytes(StandardCharsets.UTF_8), right.getBytes(StandardCharsets.UTF_8));

  @TempDir Path data;
  private TestLake lake;

  ListingTest(TestDatabase kind) {
    this.kind = kind;
  }

  @BeforeEach
  void open() throws IOException {
    lake = new TestLake(kind, data);
  }

  @AfterEach
  void close() {
    lake.close();
  }

  @Test
  void keysComeInTheOrderOfTheirBytes() {
    put("b", "a", "\uFFFD", "\uD83D\uDE00", "ä", "A", "a/b", "a!");
    assertThat(all("", "", 1000))
        .containsExactly("A", "a", "a!", "a/b", "b", "ä", "\uFFFD", "\uD83D\uDE00");
  }

  @Test
  void keysUnderACommonPrefixAreToldOnce() {
    put("a", "b/1", "b/2", "b0", "c/d/1", "c/e");
    assertThat(all("", "/", 1000)).containsExactly("a", "b/", "b0", "c/");
    assertThat(all("c/", "/", 1000)).containsExactly("c/d/", "c/e");
    assertThat(all("b", "/", 1000)).containsExactly("b/", "b0");
    assertThat(all("x", "/", 1000)).isEmpty();
  }

  @Test
  void aDeletedOrOverwrittenVersionIsNotListed() {
    put("a", "b", "b");
    lake.objects.delete(lake.admin(), ObjectName.parse("raw/a"));
    assertThat(all("", "", 1000)).containsExactly("b");
  }

  @Test
  void aMarkerThatIsACommonPrefixSkipsIt() {
    put("a/1", "a/2", "b");
    Listing listing = list("", "/", new ListQuery.After.Key("a/"), 10);
    assertThat(texts(listing)).containsExactly("b");
    assertThat(texts(list("", "/", new ListQuery.After.Key("a/1"), 10))).containsExactly("a/", "b");
  }

  @Test
  void aLimitOfNothingGivesNothing() {
    put("a");
    assertThat(list("", "", new ListQuery.After.Start(), 0))
        .isEqualTo(new Listing(List.of(), java.util.Optional.empty()));
  }

  @Test
  void whatMayNotBeReadIsNotThere() {
    put("aviation/flights/1", "aviation/weather/1", "sales/orders/1", "top");
    Principal domain = reader("domain", new Resource.Domain("aviation"));
    Principal dataset = reader("dataset", Resource.objects("raw", "aviation/weather/"));
    Principal nothing = Principal.user("nothing");

    assertThat(seen(domain, "", "/")).containsExactly("aviation/");
    assertThat(seen(domain, "", "")).containsExactly("aviation/flights/1", "aviation/weather/1");
    assertThat(seen(dataset, "aviation/", "/")).containsExactly("aviation/weather/");
    assertThat(seen(dataset, "", "")).containsExactly("aviation/weather/1");
    assertThatThrownBy(() -> seen(domain, "sales/", "")).isInstanceOf(Denied.class);
    assertThatThrownBy(() -> seen(nothing, "", "")).isInstanceOf(Denied.class);
  }

  @Test
  void noAnswerTellsWhetherSomethingHiddenExists() {
    put("aviation/flights/1", "aviation/weather/1", "sales/orders/1", "secret");
    Principal nothing = Principal.user("nothing");
    Principal dataset = reader("dataset", Resource.objects("raw", "aviation/weather/"));
    Principal one = reader("one", Resource.objects("raw", "aviation/flights/1"));

    for (String prefix : List.of("s", "sa", "sz", "sales/orders/1", "sales/orders/2", "")) {
      assertThatThrownBy(() -> seen(nothing, prefix, "")).isInstanceOf(Denied.class);
    }
    for (String prefix : List.of("aviation/f", "aviation/z", "secret", "secrez", "sales/")) {
      assertThatThrownBy(() -> seen(dataset, prefix, "")).isInstanceOf(Denied.class);
    }
    assertThat(seen(dataset, "avi", "")).containsExactly("aviation/weather/1");
    assertThat(seen(dataset, "aviation/weather/2", "")).isEmpty();
    assertThat(seen(one, "aviation/flights/", "")).containsExactly("aviation/flights/1");
    assertThatThrownBy(() -> seen(one, "aviation/flights/11", "")).isInstanceOf(Denied.class);
  }

  static LongStream seeds() {
    return Seeds.upTo(12);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void pagesOfAnySizeGiveTogetherWhatAPlainWalkGives(long seed) {
    Random random = new Random(seed);
    String[] words = {"a", "b", "/", "//", "é", "\uD83D\uDE00", "\uFFFF", "-", "~"};
    TreeSet<String> keys = new TreeSet<>(BYTES);
    for (int i = 0; i < 60; i++) {
      StringBuilder key = new StringBuilder();
      for (int j = random.nextInt(1, 6); j > 0; j--) {
        key.append(words[random.nextInt(words.length)]);
      }
      keys.add(key.toString());
    }
    put(keys.toArray(String[]::new));
    for (String prefix : List.of("", "a", "a/", "\uD83D\uDE00", "\uFFFF")) {
      for (String delimiter : List.of("", "/", "//", "é")) {
        assertThat(all(prefix, delimiter, random.nextInt(1, 20)))
            .containsExactlyElementsOf(model(keys, prefix, delimiter));
      }
    }
  }

  private static List<String> model(Set<String> keys, String prefix, String delimiter) {
    List<String> lines = new ArrayList<>();
    for (String key : keys) {
      if (key.startsWith(prefix)) {
        int at = delimiter.isEmpty() ? -1 : key.indexOf(delimiter, prefix.length());
        String line = at < 0 ? key : key.substring(0, at + delimiter.length());
        if (lines.isEmpty() || at < 0 || !lines.getLast().equals(line)) {
          lines.add(line);
        }
      }
    }
    return lines;
  }

  private void put(String... keys) {
    for (String key : keys) {
      lake.put("raw/" + key, "x");
    }
  }

  private Principal reader(String name, Resource on) {
    return lake.granted(name, Set.of(Permission.READ_OBJECTS), on);
  }

  private List<String> seen(Principal principal, String prefix, String delimiter) {
    var query = new ListQuery(prefix, delimiter, new ListQuery.After.Start(), 1000);
    return texts(lake.objects.list(lake.caller(principal), "raw", query));
  }

  private Listing list(String prefix, String delimiter, ListQuery.After after, int limit) {
    return lake.objects.list(lake.admin(), "raw", new ListQuery(prefix, delimiter, after, limit));
  }

  private List<String> all(String prefix, String delimiter, int limit) {
    List<String> all = new ArrayList<>();
    ListQuery.After after = new ListQuery.After.Start();
    while (true) {
      Listing page = list(prefix, delimiter, after, limit);
      all.addAll(texts(page));
      if (page.next().isEmpty()) {
        return all;
      }
      assertThat(page.entries()).hasSize(limit);
      after = ListQuery.After.ofToken(page.next().get().token()).orElseThrow();
    }
  }

  private static List<String> texts(Listing listing) {
    return listing.entries().stream()
        .map(entry ->
            switch (entry) {
              case Listing.Entry.Found(ObjectVersion object) -> object.name().key();
              case Listing.Entry.CommonPrefix(String prefix) -> prefix;
            })
        .toList();
  }
}
