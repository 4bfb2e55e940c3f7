package io.hosu.testing;

/** Stands for the process dying: an error, so that no {@code catch} of exceptions outlives it. */
public final class Crash extends Error {
  private static final long serialVersionUID = 1L;

  Crash(String point) {
    super("The simulation ends the process " + point + ".");
  }
}
