package io.hosu.query.worker;

import io.hosu.query.engine.FileFormat;
import java.nio.file.Path;

/**
 * An object as a file that DuckDB can open as it is: not packed, text in UTF-8.
 *
 * @param path the file
 * @param object what the object is called
 * @param format what it holds
 */
record PlainFile(Path path, String object, FileFormat format) {}
