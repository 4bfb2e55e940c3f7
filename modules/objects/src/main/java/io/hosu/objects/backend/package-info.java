/** Where the bytes of objects lie: blobs, which never change once they have an id. */
@NullMarked
package io.hosu.objects.backend;

import org.jspecify.annotations.NullMarked;
