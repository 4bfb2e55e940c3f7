/** The child process behind an engine: the only code that loads DuckDB. */
@NullMarked
package io.hosu.query.worker;

import org.jspecify.annotations.NullMarked;
