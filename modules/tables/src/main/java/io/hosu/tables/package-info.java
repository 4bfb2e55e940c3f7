/**
 * The Iceberg catalog: tables, schemas, commits, history, and the SQL that reads and writes them.
 */
@NullMarked
package io.hosu.tables;

import org.jspecify.annotations.NullMarked;
