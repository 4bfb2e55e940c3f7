package io.hosu.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Searches the catalog. */
@Command(
    name = "search",
    description = "Finds the tables in which all the words stand, the best first.",
    footer = {
      "",
      "Looks into names, descriptions, columns, tags, datasets and owners of what you may see."
    })
final class SearchCommand extends ListCommand {
  @Parameters(paramLabel = "WORD", arity = "1..*", description = "What to look for.")
  List<String> words = new ArrayList<>();

  SearchCommand(Context context) {
    super(
        context,
        "Nothing found. See what there is with: hosu tables list",
        Column.text("name"),
        Column.text("owner"),
        Column.text("description"),
        Column.text("matches"));
  }

  @Override
  ApiPath path() {
    return ApiPath.of("/v1/search").query("q", String.join(" ", words));
  }
}
