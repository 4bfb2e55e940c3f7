package io.hosu.events;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The conditions of a list's query, with their arguments. */
final class Conditions {
  private final List<String> conditions = new ArrayList<>();
  private final List<Object> args = new ArrayList<>();

  /** Narrows by {@code condition}, which has one {@code ?}, if there is a value for it. */
  void add(String condition, Optional<?> value) {
    if (value.isPresent()) {
      conditions.add(condition);
      args.add(value.get());
    }
  }

  /** Narrows by {@code condition}, which has no argument. */
  void add(String condition) {
    conditions.add(condition);
  }

  /** {@code WHERE ...}, or nothing. */
  String where() {
    return conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions);
  }

  /** The arguments of the conditions, and {@code last} after them. */
  Object[] argsAnd(Object last) {
    List<Object> all = new ArrayList<>(args);
    all.add(last);
    return all.toArray();
  }
}
