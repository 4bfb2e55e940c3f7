package io.hosu.pipelines;

/** What becomes of the rows that a stage wrote, once it is dropped and one of its name comes. */
final class RowsLeft {
  private RowsLeft() {}

  /** The same in a sentence, with what to do for another beginning. */
  static String of(StageSpec stage) {
    String anew = "To begin anew: hosu tables drop " + stage.into().table();
    return switch (stage.into().mode()) {
      case OVERWRITE, MERGE -> "Its rows stay in %s. %s".formatted(stage.into().table(), anew);
      case APPEND ->
          isOverObjects(stage) && stage.input().versions() == Versions.REPLACE
              ? "Its rows stay in %s; where a stage of its name processes the same objects, they give way. %s"
                  .formatted(stage.into().table(), anew)
              : "Its rows stay in %s, and a stage of its name adds its own beside them. %s"
                  .formatted(stage.into().table(), anew);
    };
  }

  private static boolean isOverObjects(StageSpec stage) {
    return BackfillPlan.isOverObjects(stage);
  }
}
