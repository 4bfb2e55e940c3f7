package io.hosu.query.worker;

import io.hosu.query.engine.EngineView;
import io.hosu.query.engine.SessionRequest;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One instance opened ahead, and the few that earlier sessions left for others of their key. */
final class Instances {
  private static final int KEPT = 4;

  private final WorkerConfig config;
  private final ServerCalls server;
  private final Map<String, Instance> kept = new LinkedHashMap<>();
  private @Nullable Instance spare;

  Instances(WorkerConfig config, ServerCalls server) {
    this.config = config;
    this.server = server;
  }

  /** Opens the next instance while nobody waits. */
  void prepare() throws SQLException {
    if (spare == null) {
      spare = Instance.open(config, server);
    }
  }

  /** An instance that may open the session's files, those in {@code more}, and nothing else. */
  Instance take(SessionRequest request, List<Path> more) throws SQLException {
    List<Path> wanted = new ArrayList<>(more);
    request.views().forEach(view -> wanted.addAll(view.files()));
    boolean hides = request.views().stream().anyMatch(Instances::hides);
    Instance left = request.key().isEmpty() ? null : kept.remove(request.key());
    // A locked instance learns of no other directory to write to, and of no other setting.
    if (left != null
        && request.output() == null
        && left.admits(wanted)
        && (left.keepsTries() || !hides)) {
      return left;
    }
    if (left != null) {
      left.close();
    }
    prepare();
    Instance instance = spare == null ? Instance.open(config, server) : spare;
    spare = null;
    Long memory = request.memoryBytes();
    if (memory != null) {
      instance.limitMemory(Math.min(memory, config.memoryBytes()));
    }
    if (hides) {
      instance.keepTries();
    }
    instance.lock(wanted, request.output());
    return instance;
  }

  private static boolean hides(EngineView view) {
    return view.rows() == EngineView.Rows.HIDDEN;
  }

  /** Leaves an instance for the next session of the key, or ends it when there is no key. */
  void giveBack(String key, Instance instance) throws SQLException {
    if (key.isEmpty()) {
      instance.close();
      return;
    }
    Instance older = kept.put(key, instance);
    if (older != null) {
      older.close();
    }
    Iterator<Instance> oldest = kept.values().iterator();
    while (kept.size() > KEPT) {
      Instance gone = oldest.next();
      oldest.remove();
      gone.close();
    }
  }
}
