package io.hosu.objects;

import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Sizes;
import io.hosu.objects.Uploads.NamedPart;
import io.hosu.objects.Uploads.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Which of the uploaded parts make up the object. */
final class UploadParts {
  private UploadParts() {}

  /**
   * The parts that the client named, in order.
   *
   * @throws Invalid {@link ObjectsError#UPLOAD_PART_INVALID}, {@link
   *     ObjectsError#UPLOAD_PART_ORDER} or {@link ObjectsError#UPLOAD_PART_TOO_SMALL}
   */
  static List<Part> choose(List<Part> uploaded, List<NamedPart> named) {
    Map<Integer, Part> byNumber =
        uploaded.stream().collect(Collectors.toMap(Part::number, Function.identity()));
    List<Part> chosen = new ArrayList<>(named.size());
    int last = 0;
    for (NamedPart name : named) {
      if (name.number() <= last) {
        throw new Invalid(
            ObjectsError.UPLOAD_PART_ORDER,
            "Part %d is named behind part %d.".formatted(name.number(), last),
            "Name the parts in rising order.");
      }
      last = name.number();
      chosen.add(find(byNumber, name));
    }
    if (chosen.isEmpty()) {
      throw invalid("No part is named.");
    }
    requireLarge(chosen);
    return chosen;
  }

  private static Part find(Map<Integer, Part> byNumber, NamedPart name) {
    Part part = byNumber.get(name.number());
    if (part == null) {
      throw invalid("Part %d was not uploaded.".formatted(name.number()));
    }
    if (!part.content().etag().equals(name.etag())) {
      throw invalid("Part %d has another entity tag.".formatted(name.number()));
    }
    boolean same =
        name.checksum().isEmpty()
            || part.content().checksum().isEmpty()
            || part.content().checksum().get().value().equals(name.checksum().get());
    if (!same) {
      throw invalid("Part %d has another checksum.".formatted(name.number()));
    }
    return part;
  }

  private static void requireLarge(List<Part> chosen) {
    for (Part part : chosen.subList(0, chosen.size() - 1)) {
      if (part.content().size() < Uploads.SMALLEST_PART) {
        throw new Invalid(
            ObjectsError.UPLOAD_PART_TOO_SMALL,
            "Part %d has %d bytes; each part but the last must have %s."
                .formatted(
                    part.number(), part.content().size(), Sizes.print(Uploads.SMALLEST_PART)),
            "Upload larger parts.");
      }
    }
  }

  private static Invalid invalid(String what) {
    return new Invalid(
        ObjectsError.UPLOAD_PART_INVALID, what, "Name the parts as their uploads answered.");
  }
}
