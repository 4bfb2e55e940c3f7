package io.hosu.delivery;

import java.util.List;

/**
 * What a server must keep to be equal to a lake project.
 *
 * @param declared each kind and name once, in the order in which they are made
 */
public record DesiredState(List<Declared> declared) {
  public DesiredState {
    declared = List.copyOf(declared);
  }
}
