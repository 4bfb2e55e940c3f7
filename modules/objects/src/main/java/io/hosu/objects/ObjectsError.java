package io.hosu.objects;

import io.hosu.kernel.ErrorCode;

/** What can go wrong with buckets, objects and uploads. */
public enum ObjectsError implements ErrorCode {
  BUCKET_NOT_FOUND(Fault.HARD, "The lake has no layer, and so no bucket, of this name."),
  BUCKET_NOT_EMPTY(Fault.HARD, "A bucket that still holds objects cannot be deleted."),
  OBJECT_NOT_FOUND(Fault.HARD, "No object lies under this key."),
  OBJECT_EXISTS(Fault.HARD, "An object already lies under this key."),
  VERSION_NOT_FOUND(Fault.HARD, "The object has no such version, or it is kept no longer."),
  UPLOAD_NOT_FOUND(Fault.HARD, "The upload was completed, aborted, or never begun."),
  UPLOAD_PART_INVALID(Fault.HARD, "A part named at completion is not the part that was uploaded."),
  UPLOAD_PART_ORDER(Fault.HARD, "The parts named at completion are not in rising order."),
  UPLOAD_PART_NUMBER(Fault.HARD, "The number of a part is not between 1 and 10000."),
  UPLOAD_PART_TOO_SMALL(Fault.HARD, "A part other than the last has less than 5 MB."),
  OBJECT_TOO_LARGE(Fault.HARD, "More bytes were sent than one request may store."),
  METADATA_TOO_LARGE(Fault.HARD, "The metadata of an object has more than 2 KB."),
  CHECKSUM_MISMATCH(Fault.HARD, "The bytes that arrived are not those that the client sent."),
  BODY_INCOMPLETE(Fault.HARD, "Fewer or more bytes arrived than the client announced."),
  RANGE_INVALID(Fault.HARD, "The range asked for lies outside of the object."),
  PRECONDITION_FAILED(Fault.HARD, "The object is not in the state that the request demands."),
  TABLE_FILE_PROTECTED(Fault.HARD, "The object is a file of a table, which only commits change."),
  NOT_OF_TABLE(
      Fault.HARD, "The access key is for the files of a table, and the object is none of them."),
  BLOB_EXPIRED(Fault.HARD, "A prepared file waited too long to be published safely."),
  STORAGE_UNAVAILABLE(Fault.SOFT, "The disk that holds the objects cannot be written or read.");

  private final Fault fault;
  private final String meaning;

  ObjectsError(Fault fault, String meaning) {
    this.fault = fault;
    this.meaning = meaning;
  }

  @Override
  public Fault fault() {
    return fault;
  }

  @Override
  public String meaning() {
    return meaning;
  }
}
