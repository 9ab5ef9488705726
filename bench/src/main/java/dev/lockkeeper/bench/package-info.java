/** Whole-process benchmarks: Lockkeeper beside psql, in one run. */
@NullMarked
package dev.lockkeeper.bench;

import org.jspecify.annotations.NullMarked;
