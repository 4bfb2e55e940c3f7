package io.hosu.tables;

/**
 * A column as the engine describes it.
 *
 * @param name any text
 * @param type the engine's own text of its type, for example {@code STRUCT(a INTEGER, b
 *     VARCHAR[])}; how an unknown type is written: {@code "NULL"}
 */
public record SqlColumn(String name, String type) {}
