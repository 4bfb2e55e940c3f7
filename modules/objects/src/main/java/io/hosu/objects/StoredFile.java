package io.hosu.objects;

import io.hosu.kernel.ObjectName;
import java.nio.file.Path;

/**
 * Where the bytes of an object lie on this machine.
 *
 * @param name the object
 * @param blob the id of its blob, under which the bytes never change
 * @param path the file, to be read only
 * @param size its length in bytes
 */
public record StoredFile(ObjectName name, String blob, Path path, long size) {}
