package io.hosu.store;

/**
 * One step in the life of a module's tables, applied once, in order of {@code version} within the
 * module.
 *
 * <p>A step that has been released never changes: the state database keeps its hash and refuses
 * another text under the same version.
 *
 * @param module whose tables, for example {@code events}
 * @param version 1, 2, 3, ... without gaps
 * @param sql statements that end with {@code ;} at the end of a line, for both databases: {@code
 *     {bytes}} stands for the type that keeps bytes
 */
public record Migration(String module, int version, String sql) {}
