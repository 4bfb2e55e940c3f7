package io.hosu.query.engine;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.HosuException.Unavailable;
import io.hosu.kernel.Json;
import io.hosu.query.engine.Frames.Frame;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One child process and the streams to it. Belongs to one session at a time. */
final class EngineProcess {
  private static final Logger log = LoggerFactory.getLogger(EngineProcess.class);
  private static final String MAIN = "io.hosu.query.worker.Worker";
  private static final int KEPT_LINES = 20;

  /** Beside what the library has, of which the settings tell. */
  private static final long OWN_MEMORY = 256L << 20;

  private final Process process;
  private final Frames frames;
  private final Answers answers;
  private final Path temp;
  private final Deque<String> lastLines = new ArrayDeque<>();
  private final CompletableFuture<Boolean> ready = new CompletableFuture<>();
  private volatile String key = "";
  private volatile long heardAt; // 0 while nothing is expected of it
  private volatile boolean silent;
  private volatile Duration told = Duration.ZERO; // of the operation under way
  private int sessions;

  private EngineProcess(Process process, Path temp) {
    this.process = process;
    this.temp = temp;
    this.frames = new Frames(process.getInputStream(), process.getOutputStream());
    this.answers = new Answers(frames, ready::complete);
  }

  /** Starts a process; {@link #awaitReady} tells when it can work. */
  static EngineProcess start(EngineConfig config, String classPath, Path temp) {
    try {
      Files.createDirectories(temp);
      ProcessBuilder builder = new ProcessBuilder(command(config, classPath, temp));
      builder.directory(temp.toFile());
      builder.environment().keySet().removeIf(name -> !name.equals("PATH") && !name.equals("LANG"));
      EngineProcess engine = new EngineProcess(builder.start(), temp);
      Thread.ofPlatform().daemon().name("engine-log").start(engine::readLog);
      engine.answers.start();
      return engine;
    } catch (IOException e) {
      throw unavailable("An engine cannot be started: %s.".formatted(e.getMessage()), e);
    }
  }

  private static List<String> command(EngineConfig config, String classPath, Path temp) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx%dm".formatted((OWN_MEMORY + config.workbooks().moreMemory()) >> 20),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseCompactObjectHeaders",
            "-XX:-UsePerfData",
            "-XX:+ExitOnOutOfMemoryError",
            // What a file of Avro may ask for before anything of it is read.
            "-Dorg.apache.avro.limits.bytes.maxLength=16777216",
            "-Dorg.apache.avro.limits.string.maxLength=16777216",
            "-Dorg.apache.avro.limits.collectionItems.maxLength=1000000",
            "-Dorg.apache.avro.limits.decompress.maxLength=67108864",
            // What unpacks ORC: code of Java fails on broken bytes, and does not end the process.
            "-Dio.airlift.compress.v3.disable-native=true",
            "-XX:ErrorFile=" + temp.resolve("crash.log"),
            "-Xlog:disable",
            "-Xlog:all=error:stderr",
            "-XX:+DisplayVMOutputToStderr",
            "-Duser.timezone=UTC",
            "-Dfile.encoding=UTF-8",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-cp",
            classPath,
            MAIN,
            EngineConfig.duckSize(config.memoryBytes()),
            Integer.toString(config.threads()),
            temp.toString(),
            EngineConfig.duckSize(config.tempBytes()),
            config.workbooks().toString()));
    return command;
  }

  private void readLog() {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        remember(line.length() > 500 ? line.substring(0, 500) : line);
      }
    } catch (IOException e) {
      log.atDebug().setMessage("engine log ended").addKeyValue("pid", pid()).setCause(e).log();
    }
  }

  private synchronized void remember(String line) {
    lastLines.add(line);
    if (lastLines.size() > KEPT_LINES) {
      lastLines.remove();
    }
    log.atDebug()
        .setMessage("engine says")
        .addKeyValue("pid", pid())
        .addKeyValue("line", line)
        .log();
  }

  /** Waits until the process can work. */
  void awaitReady() {
    Boolean isReady =
        ready
            .completeOnTimeout(false, EngineConfig.START_TIMEOUT.toSeconds(), TimeUnit.SECONDS)
            .join();
    if (!isReady) {
      throw didNotStart();
    }
  }

  /** The failure of a process that never became ready. */
  Unavailable didNotStart() {
    return unavailable("An engine did not start: %s".formatted(lastWords()), null);
  }

  boolean isReady() {
    return ready.getNow(false);
  }

  private static Unavailable unavailable(
      String what, @org.jspecify.annotations.Nullable Exception e) {
    String remedy = "See what is wrong with: hosu doctor";
    return e == null
        ? new Unavailable(QueryError.ENGINE_UNAVAILABLE, what, remedy)
        : new Unavailable(QueryError.ENGINE_UNAVAILABLE, what, remedy, e);
  }

  /** Sends an operation. */
  void send(ObjectNode operation) throws IOException {
    told = Duration.ZERO;
    frames.write(Frames.REQUEST, operation);
  }

  /** Answers what the process asked while it runs an operation. */
  void answer(ObjectNode answer) throws IOException {
    frames.write(Frames.ANSWER, answer);
  }

  /** The next frame of the answer; nothing when the process has died. */
  Optional<Frame> receive() throws IOException {
    try {
      heardAt = System.nanoTime() | 1;
      Optional<Frame> frame = answers.next();
      while (frame.isPresent() && frame.get().kind() == Frames.ALIVE) {
        told = Wire.cpu(frame.get().json());
        heardAt = System.nanoTime() | 1;
        frame = answers.next();
      }
      return frame;
    } finally {
      heardAt = 0;
    }
  }

  /** Ends the process if it owes an answer and has given no sign of life for so long. */
  void killIfSilentFor(Duration longest) {
    long last = heardAt;
    if (last != 0 && System.nanoTime() - last > longest.toNanos() && isAlive()) {
      silent = true;
      log.atWarn()
          .setMessage("engine killed, as it gave no sign of life")
          .addKeyValue("pid", pid())
          .log();
      kill();
    }
  }

  /** How much processor time the operation under way had used when the process told it last. */
  Duration told() {
    return told;
  }

  /** Whether it was ended because it gave no sign of life. */
  boolean wasSilent() {
    return silent;
  }

  /** Asks the process to stop what it does. */
  void cancel() {
    try {
      frames.write(Frames.CANCEL, Json.object());
    } catch (IOException e) {
      log.atDebug().setMessage("engine gone before cancel").addKeyValue("pid", pid()).log();
    }
  }

  /** Ends the process at once. */
  void kill() {
    process.destroyForcibly();
  }

  /** Ends the process and removes what it left on disk. */
  void discard() {
    kill();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    answers.stop();
    OwnDirectory.remove(temp);
  }

  boolean isAlive() {
    return process.isAlive();
  }

  long pid() {
    return process.pid();
  }

  /** The exit code, once the process is dead. */
  Optional<Integer> exitCode() {
    try {
      return process.waitFor(1, TimeUnit.SECONDS)
          ? Optional.of(process.exitValue())
          : Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  /** The last lines that the process wrote to its standard error. */
  synchronized List<String> lastLines() {
    return List.copyOf(lastLines);
  }

  /** What the process wrote last to its log. */
  synchronized String lastWords() {
    return lastLines.isEmpty() ? "it said nothing" : String.join(" | ", lastLines);
  }

  /** Whose session it served last. */
  String key() {
    return key;
  }

  /** It serves another session from here on. */
  void serve(String nextKey) {
    key = nextKey;
    sessions++;
  }

  /** How many sessions it has served. */
  int sessions() {
    return sessions;
  }

  /** Resident memory in bytes; 0 when the system does not tell. */
  long residentBytes() {
    try {
      String[] pages = Files.readString(Path.of("/proc", pid() + "", "statm")).split(" ", -1);
      return Long.parseLong(pages[1]) * 4096;
    } catch (IOException | NumberFormatException e) {
      return 0;
    }
  }
}
