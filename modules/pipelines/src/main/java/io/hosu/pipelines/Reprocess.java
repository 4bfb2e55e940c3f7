package io.hosu.pipelines;

/** When an object that arrives again is processed again. */
public enum Reprocess {
  /** Only when its bytes are not those that were processed under the same key before. */
  CHANGED,
  /** Each time it arrives. */
  ALWAYS
}
