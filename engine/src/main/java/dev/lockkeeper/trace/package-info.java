/** Which trace a command belongs to, and what of a run is told to whoever watches it. */
@NullMarked
package dev.lockkeeper.trace;

import org.jspecify.annotations.NullMarked;
