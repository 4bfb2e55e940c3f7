package io.hosu.kernel;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A part of a list, in the list's order.
 *
 * @param items what the part holds; may be empty only at the end of the list
 * @param next where the next part begins: hand it back to get that part; null at the end
 */
public record Page<T>(List<T> items, @Nullable String next) {
  public Page {
    items = List.copyOf(items);
  }

  /** A list that ends with {@code items}. */
  public static <T> Page<T> last(List<T> items) {
    return new Page<>(items, null);
  }

  /** Where the next part begins, if there is one. */
  public Optional<String> nextToken() {
    return Optional.ofNullable(next);
  }

  /** The same part of another view of the list. */
  public <R> Page<R> map(Function<? super T, ? extends R> view) {
    return new Page<R>(items.stream().<R>map(view).toList(), next);
  }
}
