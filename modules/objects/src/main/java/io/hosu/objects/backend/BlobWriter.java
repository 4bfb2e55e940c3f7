package io.hosu.objects.backend;

import java.io.IOException;
import java.io.OutputStream;

/** Writes one new blob. Belongs to one thread at a time. */
public interface BlobWriter extends AutoCloseable {

  /** Takes the bytes, in order. Closing it is not needed and finishes nothing. */
  OutputStream stream();

  /**
   * Makes what was written durable and gives it its id. The blob's age counts from here. Nothing
   * can be written afterwards.
   */
  String finish() throws IOException;

  /** Drops what was written, unless it was finished. */
  @Override
  void close();
}
