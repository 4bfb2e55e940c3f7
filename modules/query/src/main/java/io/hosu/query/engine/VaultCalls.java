package io.hosu.query.engine;

import io.hosu.kernel.HosuException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an engine asks its server for while SQL runs, as it has neither keys nor the state database.
 * A failure of a call is the failure of the SQL. Calls come one at a time, on the thread that waits
 * for the SQL.
 */
public interface VaultCalls {
  /** For sessions whose relations show no tokens, and whose SQL may not turn them back. */
  VaultCalls NONE =
      new VaultCalls() {
        @Override
        public List<String> tokens(String domain, List<String> values) {
          throw new IllegalStateException("The session shows no tokens.");
        }

        @Override
        public List<@Nullable String> values(List<String> tokens) {
          throw new IllegalStateException("The session may not turn tokens back.");
        }
      };

  /**
   * The tokens of {@code values} in {@code domain}, in the same order.
   *
   * @throws HosuException when they cannot be had
   */
  List<String> tokens(String domain, List<String> values);

  /**
   * The values of {@code tokens}, in the same order; null for what cannot be turned back.
   *
   * @throws HosuException when they may not be had
   */
  List<@Nullable String> values(List<String> tokens);
}
