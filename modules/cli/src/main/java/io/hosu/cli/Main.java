package io.hosu.cli;

/** The program {@code hosu}. */
public final class Main {
  private Main() {}

  /** Runs one command; the process ends with its exit code: 0 yes, 1 no or failed, 2 usage. */
  public static void main(String[] args) {
    Cli cli = new Cli(Context.ofProcess(new HosuServer(System.getenv())));
    System.exit(cli.run(args));
  }
}
