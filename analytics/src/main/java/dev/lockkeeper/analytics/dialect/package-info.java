/** Definitions as SQL, for each engine that computes them. Pure. */
@NullMarked
package dev.lockkeeper.analytics.dialect;

import org.jspecify.annotations.NullMarked;
