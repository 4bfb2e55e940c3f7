package io.hosu.query.worker;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The latest answers of the server, some thousands, none of them long. May be used from any thread.
 */
final class Remembered {
  private static final int MOST = 50_000;
  private static final int LONGEST = 256;

  private record Question(String domain, String text) {}

  private record Answer(@Nullable String text) {}

  private final Map<Question, Answer> answers =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Question, Answer> eldest) {
          return size() > MOST;
        }
      };

  synchronized void add(String domain, String text, @Nullable String answer) {
    if (text.length() <= LONGEST && (answer == null || answer.length() <= LONGEST)) {
      answers.put(new Question(domain, text), new Answer(answer));
    }
  }

  /** Puts the answer for {@code text} into {@code into}, if it is known. */
  synchronized boolean put(String domain, String text, Map<String, @Nullable String> into) {
    Answer known = answers.get(new Question(domain, text));
    if (known != null) {
      into.put(text, known.text());
    }
    return known != null;
  }

  synchronized void clear() {
    answers.clear();
  }
}
