package io.hosu.governance;

import io.hosu.governance.AccessKeys.NewAccessKey;
import io.hosu.governance.Tokens.NewToken;
import io.hosu.store.Database;
import io.hosu.store.Transaction;
import java.util.Optional;
import java.util.function.Consumer;

/** Makes the administrator when a lake starts for the first time. */
public final class Administrator {
  /** The administrator's name. */
  public static final String NAME = "admin";

  private final Database database;
  private final Principals principals;
  private final AccessKeys accessKeys;
  private final Tokens tokens;
  private final Grants grants;

  public Administrator(
      Database database,
      Principals principals,
      AccessKeys accessKeys,
      Tokens tokens,
      Grants grants) {
    this.database = database;
    this.principals = principals;
    this.accessKeys = accessKeys;
    this.tokens = tokens;
    this.grants = grants;
  }

  /** The first credentials: shown once. */
  public record Credentials(Principal principal, NewAccessKey accessKey, Secret token) {}

  /**
   * Makes the principal {@code admin} with an access key and a token, and with a grant of all data
   * that can be taken from it as any other, unless there is an administrator already; only then the
   * credentials come back.
   *
   * @param keep where the owner will find them; it runs before they hold, so that no crash leaves a
   *     lake whose credentials nobody has, and may run again at the next start
   */
  public Optional<Credentials> atFirstStart(Consumer<Credentials> keep) {
    if (database.read(Administrator::exists)) {
      return Optional.empty();
    }
    Credentials credentials = draft();
    keep.accept(credentials);
    return database.write(tx -> make(tx, credentials))
        ? Optional.of(credentials)
        : Optional.empty();
  }

  private Credentials draft() {
    return new Credentials(
        Principal.user(NAME).asAdministrator(), accessKeys.draft(), tokens.draft());
  }

  private boolean make(Transaction tx, Credentials credentials) {
    if (exists(tx)) {
      return false;
    }
    principals.keep(tx, credentials.principal(), Principals.About.NOTHING, Principals.BUILT_IN);
    accessKeys.keep(tx, NAME, credentials.accessKey());
    tokens.keep(tx, NAME, new NewToken("first", credentials.token(), Optional.empty()));
    grants.put(
        tx,
        new Grant("", Grantee.user(NAME), Permission.DATA, new Resource.Lake(), Grant.BUILT_IN));
    return true;
  }

  private static boolean exists(Transaction tx) {
    return tx.number("SELECT count(*) FROM principals WHERE administrator = 1") > 0;
  }
}
