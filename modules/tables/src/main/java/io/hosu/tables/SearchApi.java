package io.hosu.tables;

import io.hosu.governance.Authentication;
import io.hosu.governance.Domains;
import io.hosu.governance.Policy;
import io.hosu.governance.Tags;
import io.hosu.http.Call;
import io.hosu.http.Router;
import io.hosu.http.Routes;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.store.Database;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * {@code GET /v1/search?q=WORDS}: the tables that the caller may see and in whose names,
 * descriptions, columns, tags, dataset or owner all the words stand, the best first.
 */
public final class SearchApi implements Routes {
  private static final int MOST_WORDS = 10;
  private static final int LONGEST = 200;

  private final Policy policy;
  private final CatalogSearch search;

  public SearchApi(Database database, Tables tables, Policy policy, Domains domains, Tags tags) {
    this.policy = policy;
    this.search =
        new CatalogSearch(database, tables, new TableSight(tables, policy), domains, tags);
  }

  @Override
  public void register(Router.Builder router) {
    router.get("/v1/search", this::search, "q", "limit", "next");
  }

  private void search(Call call) throws IOException {
    List<String> words = words(call.text("q").orElse(""));
    List<CatalogSearch.Found> all =
        search.find(Authentication.principal(call), policy.rights(), words);
    call.send(call.part(all).map(CatalogSearch.Found::toJson));
  }

  private static List<String> words(String text) {
    List<String> words =
        Stream.of(text.toLowerCase(Locale.ROOT).split("\\s+", -1))
            .filter(word -> !word.isEmpty())
            .distinct()
            .toList();
    if (words.isEmpty() || words.size() > MOST_WORDS || text.length() > LONGEST) {
      throw new Invalid(
          TablesError.SEARCH_INVALID,
          words.isEmpty()
              ? "Nothing is said to be searched for."
              : "More than %d words or %d characters are searched for."
                  .formatted(MOST_WORDS, LONGEST),
          "Say some words, for example: hosu search customer orders");
    }
    return words;
  }
}
