/** A real PostgreSQL as a library: ready in a blink, throw-away databases from templates, gone with its owner. */
@NullMarked
package dev.lockkeeper.embedded;

import org.jspecify.annotations.NullMarked;
