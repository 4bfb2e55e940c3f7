package io.hosu.governance;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Json;

/**
 * Something about access that is likely not meant.
 *
 * @param about what it is about: a grant or a column, as it is written
 * @param what what is the matter
 * @param remedy what to do about it
 */
public record AccessWarning(String about, String what, String remedy) {
  /** The fields {@code about, what, remedy}. */
  public ObjectNode toJson() {
    return Json.object().put("about", about).put("what", what).put("remedy", remedy);
  }
}
