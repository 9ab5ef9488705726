/** What went wrong, where, why, and what to do: the one shape in which every stage reports it. */
@NullMarked
package dev.lockkeeper.problem;

import org.jspecify.annotations.NullMarked;
