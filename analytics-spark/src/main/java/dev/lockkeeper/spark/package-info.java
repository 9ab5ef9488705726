/** The process in which Spark computes: it reads requests from its input, answers on its output, and dies with who started it. */
@NullMarked
package dev.lockkeeper.spark;

import org.jspecify.annotations.NullMarked;
