/** Queries: the guard, what runs, who may see what, and the routes. */
@NullMarked
package io.hosu.query;

import org.jspecify.annotations.NullMarked;
