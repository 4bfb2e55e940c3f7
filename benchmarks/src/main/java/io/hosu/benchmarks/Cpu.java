package io.hosu.benchmarks;

/**
 * The milliseconds of a core that a server and its clients in this process have used: both share
 * the machine.
 */
record Cpu(double server, double client) {
  static Cpu now(Server server) {
    double own = ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos() / 1e6;
    return new Cpu(server.cpuMillis(), own);
  }

  /** What was used since {@code earlier} for each of {@code count}. */
  Cpu since(Cpu earlier, int count) {
    return new Cpu((server - earlier.server) / count, (client - earlier.client) / count);
  }
}
