package io.hosu.pipelines;

/** Gives each stage to what does its kind of work. */
record ByTransform(Transforming sql, Transforming crawling) implements Transforming {
  @Override
  public Prepared prepare(Work work) {
    return of(work).prepare(work);
  }

  @Override
  public boolean hasNothingNew(Work work) {
    return of(work).hasNothingNew(work);
  }

  private Transforming of(Work work) {
    return switch (work.stage().transform()) {
      case Transform.Sql _ -> sql;
      case Transform.Crawl _ -> crawling;
    };
  }
}
