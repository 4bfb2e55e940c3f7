package io.hosu.pipelines;

import io.hosu.kernel.Json;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** What an execution did to what, as one text: the same work has the same fingerprint. */
final class Fingerprints {
  private Fingerprints() {}

  /** SHA-256, in hex, of the stage's transform and target, its input's bytes and its snapshots. */
  static String of(Transforming.Work work, List<StageTables.ReadTable> tables) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      add(digest, Json.print(work.stage().toJson()));
      work.objects().forEach(object -> add(digest, object.text() + "\n" + object.sha256()));
      work.redrive().ifPresent(redrive -> add(digest, redrive.toString()));
      work.events().forEach(event -> add(digest, event.id()));
      tables.forEach(table ->
          add(digest, table.ref().table() + "\n" + table.snapshot() + "\n" + table.since()));
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256.", e);
    }
  }

  private static void add(MessageDigest digest, String text) {
    digest.update(text.getBytes(StandardCharsets.UTF_8));
    digest.update((byte) 0);
  }
}
