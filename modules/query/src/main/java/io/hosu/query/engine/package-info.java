/** Engines as the server sees them: warm child processes that run guarded SQL over given files. */
@NullMarked
package io.hosu.query.engine;

import org.jspecify.annotations.NullMarked;
