package io.hosu.store;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A process that writes until it is killed: several threads count on, and each number is printed
 * once its write has returned.
 */
final class KilledWriter {
  static final int THREADS = 8;
  static final List<Migration> COUNTS =
      List.of(
          new Migration(
              "counts",
              1,
              "CREATE TABLE counts (thread BIGINT, n BIGINT, PRIMARY KEY (thread, n));\n"));

  private KilledWriter() {}

  public static void main(String[] args) throws InterruptedException {
    Database database = Databases.open(DatabaseConfig.in(Path.of(args[0])), COUNTS);
    List<Thread> threads =
        IntStream.range(0, THREADS)
            .mapToObj(thread -> Thread.ofVirtual().start(() -> count(database, thread)))
            .toList();
    for (Thread thread : threads) {
      thread.join();
    }
  }

  private static void count(Database database, int thread) {
    while (true) {
      long n = database.write(tx -> next(tx, thread));
      System.out.printf("%d %d.%n", thread, n);
    }
  }

  private static long next(Transaction tx, int thread) {
    long n = tx.number("SELECT COALESCE(MAX(n), 0) + 1 FROM counts WHERE thread = ?", thread);
    tx.update("INSERT INTO counts (thread, n) VALUES (?, ?)", thread, n);
    return n;
  }
}
