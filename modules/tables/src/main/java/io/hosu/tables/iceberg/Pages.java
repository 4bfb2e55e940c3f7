package io.hosu.tables.iceberg;

import io.hosu.http.Call;
import io.hosu.http.HttpError;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Page;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.rest.responses.ListTablesResponse;

/** Lists in parts, as the protocol asks for them: all at once for who does not ask. */
final class Pages {
  private static final int STANDARD = 100;
  private static final int LARGEST = 1_000;

  private Pages() {}

  /** The part of {@code names}, which are in order, that the call asks for. */
  static Page<String> of(Call call, List<String> names) {
    Optional<String> token = call.request().query("pageToken");
    if (token.isEmpty() && call.request().query("pageSize").isEmpty()) {
      return Page.last(names);
    }
    int size = call.query("pageSize", Pages::size).orElse(STANDARD);
    String after = call.query("pageToken", Function.<String>identity()).orElse("");
    List<String> left = names.stream().filter(name -> name.compareTo(after) > 0).toList();
    if (left.size() <= size) {
      return Page.last(left);
    }
    List<String> part = left.subList(0, size);
    return new Page<>(part, call.token(part.getLast()));
  }

  /** Answers with the part of these tables or views of a layer that the call asks for. */
  static void send(Call call, String layer, List<String> names) throws IOException {
    Page<String> page = of(call, names);
    ListTablesResponse.Builder answer = ListTablesResponse.builder().nextPageToken(page.next());
    page.items().forEach(name -> answer.add(TableIdentifier.of(Namespace.of(layer), name)));
    IcebergJson.send(call.response(), 200, answer.build());
  }

  private static Integer size(String text) {
    try {
      int size = Integer.parseInt(text);
      if (size >= 1) {
        return Math.min(size, LARGEST);
      }
    } catch (NumberFormatException e) {
      // Told below, as numbers out of range are.
    }
    throw new Invalid(
        HttpError.PARAMETER_INVALID,
        "'pageSize' is '%s'.".formatted(text),
        "Give a whole number from 1 on.");
  }
}
