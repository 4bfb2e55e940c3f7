/** The Iceberg door: the catalog as the REST protocol of Apache Iceberg has it. */
@NullMarked
package io.hosu.tables.iceberg;

import org.jspecify.annotations.NullMarked;
