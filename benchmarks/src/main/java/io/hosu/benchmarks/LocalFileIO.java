package io.hosu.benchmarks;

import java.io.File;
import org.apache.iceberg.Files;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;

/** Files of the local disk, as plainly as Iceberg can have them: nothing is fsynced. */
final class LocalFileIO implements FileIO {
  private static final long serialVersionUID = 1;

  @Override
  public InputFile newInputFile(String path) {
    return Files.localInput(path);
  }

  @Override
  public OutputFile newOutputFile(String path) {
    File file = new File(path);
    file.getParentFile().mkdirs();
    return Files.localOutput(file);
  }

  @Override
  public void deleteFile(String path) {
    new File(path).delete();
  }
}
