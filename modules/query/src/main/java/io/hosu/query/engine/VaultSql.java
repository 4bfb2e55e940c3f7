package io.hosu.query.engine;

import java.util.Locale;

/** The SQL functions of an engine that ask its session's {@link VaultCalls}. */
public final class VaultSql {
  /** Of a domain and a text, its token: for relations, never for what people write. */
  public static final String TOKEN = "hosu_token";

  /** Of a token, the text that it stands for; NULL for what cannot be turned back. */
  public static final String DETOKENIZE = "detokenize";

  private VaultSql() {}

  /** Whether SQL may use one of them. */
  public static boolean isIn(String sql) {
    String small = sql.toLowerCase(Locale.ROOT);
    return small.contains(TOKEN) || small.contains(DETOKENIZE);
  }
}
