package io.hosu.governance;

import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.HosuException.Unavailable;
import io.hosu.store.Database;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Set;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.KDF;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The key that secrets in the state database are encrypted under: 32 random bytes in the file
 * {@code root.key} of the data directory, which only its owner can read. AES-256 in Galois/counter
 * mode, bound to what the secret belongs to. May be used from any thread.
 */
public final class RootKey {
  private static final String FILE = "root.key";
  private static final int KEY_BYTES = 32;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;
  private static final byte FORM = 1;

  private final SecretKeySpec key;
  private final SecureRandom random;

  private RootKey(byte[] key, SecureRandom random) {
    this.key = new SecretKeySpec(key, "AES");
    this.random = random;
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
    byte[] info = ("hosu\0" + purpose + "\0" + context).getBytes(StandardCharsets.UTF_8);
    try {
      return KDF.getInstance("HKDF-SHA256")
          .deriveData(
              HKDFParameterSpec.ofExtract().addIKM(key.getEncoded()).thenExpand(info, KEY_BYTES));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("A key cannot be derived.", e);
    }
  }

  byte[] encrypt(String text, String owner) {
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    try {
      Cipher cipher = cipher(Cipher.ENCRYPT_MODE, nonce, owner);
      byte[] sealed = cipher.doFinal(text.getBytes(StandardCharsets.UTF_8));
      return ByteBuffer.allocate(1 + NONCE_BYTES + sealed.length)
          .put(FORM)
          .put(nonce)
          .put(sealed)
          .array();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("A secret cannot be encrypted.", e);
    }
  }

  Secret decrypt(byte[] encrypted, String owner) {
    byte[] nonce = Arrays.copyOfRange(encrypted, 1, 1 + NONCE_BYTES);
    try {
      Cipher cipher = cipher(Cipher.DECRYPT_MODE, nonce, owner);
      int from = 1 + NONCE_BYTES;
      byte[] text = cipher.doFinal(encrypted, from, encrypted.length - from);
      return new Secret(new String(text, StandardCharsets.UTF_8));
    } catch (AEADBadTagException e) {
      throw wrong(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("A secret cannot be decrypted.", e);
    }
  }

  private Cipher cipher(int mode, byte[] nonce, String owner) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(owner.getBytes(StandardCharsets.UTF_8));
    return cipher;
  }

  private void check(Database database) {
    database
        .read(tx ->
            tx.list(
                "SELECT id, secret FROM access_keys ORDER BY id LIMIT 1",
                row -> decrypt(row.bytes("secret"), row.text("id"))))
        .clear();
  }

  private static Invalid wrong(Throwable cause) {
    return new Invalid(
        GovernanceError.ROOT_KEY_WRONG,
        "The root key is not the one that the access keys are encrypted under.",
        "Put the root.key that belongs to this state database into the data directory; it is in"
            + " the back-up of the data directory.",
        cause);
  }

  private static void requireNothingEncrypted(Path file, Database database) {
    long secrets = database.read(tx -> tx.number("SELECT count(*) FROM access_keys"));
    if (secrets > 0) {
      throw new Invalid(
          GovernanceError.ROOT_KEY_MISSING,
          "The state database holds %d encrypted access keys, but %s is not there."
              .formatted(secrets, file),
          "Put root.key back from the back-up of the data directory. Without it the access keys"
              + " cannot be used any more.");
    }
  }

  private static byte[] read(Path file) throws IOException {
    byte[] key = Files.readAllBytes(file);
    if (key.length != KEY_BYTES) {
      throw new IOException("it has %d bytes instead of %d".formatted(key.length, KEY_BYTES));
    }
    return key;
  }

  /** Whole or not at all, and durable: a half-written key would lose what comes after. */
  private static void create(Path file, SecureRandom random) throws IOException {
    byte[] key = new byte[KEY_BYTES];
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
