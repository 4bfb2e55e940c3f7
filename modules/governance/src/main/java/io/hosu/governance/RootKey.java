package io.hosu.governance;

import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.HosuException.Unavailable;
import io.hosu.store.Database;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Set;
import javax.crypto.AEADBadTagException;

/**
 * The key that secrets in the state database are encrypted under: 32 random bytes in the file
 * {@code root.key} of the data directory, which only its owner can read. May be used from any
 * thread.
 */
public final class RootKey {
  private static final String FILE = "root.key";

  private final Sealing sealing;

  private RootKey(byte[] key, SecureRandom random) {
    this.sealing = new Sealing(key, random);
  }

  /**
   * Reads the key in {@code data}, or makes one when nothing is encrypted yet.
   *
   * @throws Invalid {@link GovernanceError#ROOT_KEY_MISSING} when the database holds secrets and
   *     the file is not there; {@link GovernanceError#ROOT_KEY_WRONG} when it is another
   * @throws Unavailable {@link GovernanceError#ROOT_KEY_UNREADABLE}
   */
  public static RootKey open(Path data, Database database, SecureRandom random) {
    Path file = data.resolve(FILE);
    try {
      if (!Files.exists(file)) {
        requireNothingEncrypted(file, database);
        create(file, random);
      }
      RootKey key = new RootKey(read(file), random);
      key.check(database);
      return key;
    } catch (IOException e) {
      throw new Unavailable(
          GovernanceError.ROOT_KEY_UNREADABLE,
          "The file %s cannot be read or written: %s.".formatted(file, e),
          "Give the user that runs the server this directory, with permission to read and write.",
          e);
    }
  }

  /** Another key of 32 bytes, for {@code purpose} in {@code context} alone (HKDF with SHA-256). */
  byte[] derive(String purpose, String context) {
    return sealing.derive(purpose, context);
  }

  byte[] encrypt(String text, String owner) {
    return sealing.seal(text, owner);
  }

  Secret decrypt(byte[] encrypted, String owner) {
    try {
      return sealing.open(encrypted, owner);
    } catch (AEADBadTagException e) {
      throw wrong(e);
    }
  }

  private void check(Database database) {
    database
        .read(tx ->
            tx.list(
                """
                SELECT id, secret FROM (SELECT id, secret FROM access_keys ORDER BY id LIMIT 1) k
                UNION ALL
                SELECT id, secret FROM (SELECT id, secret FROM vault_keys
                  WHERE destroyed_at IS NULL ORDER BY id LIMIT 1) v
                """,
                row -> decrypt(row.bytes("secret"), row.text("id"))))
        .clear();
  }

  private static Invalid wrong(Throwable cause) {
    return new Invalid(
        GovernanceError.ROOT_KEY_WRONG,
        "The root key is not the one that the secrets of the lake are encrypted under.",
        "Put the root.key that belongs to this state database into the data directory; it is in"
            + " the back-up of the data directory.",
        cause);
  }

  private static void requireNothingEncrypted(Path file, Database database) {
    long secrets =
        database.read(tx ->
            tx.number(
                """
                SELECT (SELECT count(*) FROM access_keys)
                  + (SELECT count(*) FROM vault_keys WHERE destroyed_at IS NULL)
                """));
    if (secrets > 0) {
      throw new Invalid(
          GovernanceError.ROOT_KEY_MISSING,
          "The state database holds %d encrypted keys, but %s is not there."
              .formatted(secrets, file),
          "Put root.key back from the back-up of the data directory. Without it the access keys"
              + " cannot be used any more, and tokens of masks cannot be turned back.");
    }
  }

  private static byte[] read(Path file) throws IOException {
    byte[] key = Files.readAllBytes(file);
    if (key.length != Sealing.KEY_BYTES) {
      throw new IOException(
          "it has %d bytes instead of %d".formatted(key.length, Sealing.KEY_BYTES));
    }
    return key;
  }

  /** Whole or not at all, and durable: a half-written key would lose what comes after. */
  private static void create(Path file, SecureRandom random) throws IOException {
    byte[] key = new byte[Sealing.KEY_BYTES];
    random.nextBytes(key);
    Path draft = file.resolveSibling(FILE + ".new");
    Files.deleteIfExists(draft);
    var ownerOnly =
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    try (FileChannel channel =
        FileChannel.open(
            draft, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), ownerOnly)) {
      channel.write(ByteBuffer.wrap(key));
      channel.force(true);
    }
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    try (FileChannel directory =
        FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
      directory.force(true);
    }
  }
}
