package io.hosu.tables;

import java.nio.file.Path;
import org.apache.iceberg.DataFile;

/**
 * A data file of a snapshot, and where it lies.
 *
 * @param file as Iceberg knows it
 * @param path on this machine, to be read only
 */
public record PlannedFile(DataFile file, Path path) {}
