/** What the doors to objects have in common: HTTP's ranges, conditions and object headers. */
@NullMarked
package io.hosu.objects.door;

import org.jspecify.annotations.NullMarked;
