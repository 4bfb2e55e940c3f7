package io.hosu.objects;

/**
 * How to put an object.
 *
 * @param attributes what to keep with it
 * @param precondition what must be true of the key
 */
public record PutOptions(Attributes attributes, Precondition precondition) {

  /** No attributes, and no precondition. */
  public static PutOptions standard() {
    return new PutOptions(Attributes.none(), Precondition.none());
  }

  /** This content type, and no precondition. */
  public static PutOptions ofType(String contentType) {
    return new PutOptions(Attributes.ofType(contentType), Precondition.none());
  }
}
