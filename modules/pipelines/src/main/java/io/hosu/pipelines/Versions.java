package io.hosu.pipelines;

/**
 * What becomes of the rows of an object in a table that rows are added to, once it is overwritten.
 */
public enum Versions {
  /** The rows of its later version replace those of its earlier one. */
  REPLACE,
  /** The rows of both stay. */
  KEEP
}
