/** The state database: serial durable writes, parallel reads, migrations; SQLite or PostgreSQL. */
@NullMarked
package io.hosu.store;

import org.jspecify.annotations.NullMarked;
