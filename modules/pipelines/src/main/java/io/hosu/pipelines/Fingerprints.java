package io.hosu.pipelines;

import io.hosu.kernel.Json;
import io.hosu.kernel.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;

/** What an execution did to what, as one text: the same work has the same fingerprint. */
final class Fingerprints {
  private Fingerprints() {}

  /** SHA-256, in hex, of the stage's transform and target, its input's bytes and its snapshots. */
  static String of(Transforming.Work work, List<StageTables.ReadTable> tables) {
    MessageDigest digest = Sha256.digest();
    add(digest, Json.print(work.stage().toJson()));
    work.objects().forEach(object -> add(digest, object.text() + "\n" + object.sha256()));
    work.redrive().ifPresent(redrive -> add(digest, redrive.toString()));
    work.events().forEach(event -> add(digest, event.id()));
    tables.forEach(
        table -> add(digest, table.ref().table() + "\n" + table.snapshot() + "\n" + table.since()));
    return Sha256.hex(digest);
  }

  private static void add(MessageDigest digest, String text) {
    digest.update(text.getBytes(StandardCharsets.UTF_8));
    digest.update((byte) 0);
  }
}
