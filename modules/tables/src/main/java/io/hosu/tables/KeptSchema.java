package io.hosu.tables;

import java.time.Instant;
import java.util.Optional;

/**
 * That a table got other columns, another description or another owner.
 *
 * @param number which of these changes of the table it is, from 1
 * @param schemaId Iceberg's id of the columns
 * @param execution the execution that made it, if one did
 */
record KeptSchema(
    long number, int schemaId, Instant changedAt, String principal, Optional<String> execution) {}
