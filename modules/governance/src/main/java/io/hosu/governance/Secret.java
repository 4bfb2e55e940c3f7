package io.hosu.governance;

/** A text that nobody but its owner may see: it shows itself only when asked by name. */
public final class Secret {
  private final String text;

  Secret(String text) {
    this.text = text;
  }

  /** The text. Hand it to its owner or to a signature, never to a log or a listing. */
  public String reveal() {
    return text;
  }

  /** Never the text. */
  @Override
  public String toString() {
    return "(secret)";
  }
}
