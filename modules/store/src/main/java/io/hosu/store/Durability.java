package io.hosu.store;

/** What an acknowledged write outlives. */
enum Durability {
  /** The end of the process; a power cut may undo the last writes. For tests. */
  PROCESS,
  /** The end of the machine's power. */
  MACHINE
}
