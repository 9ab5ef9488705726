/** Rows for tables that have none, made so that every constraint holds, and what became of rows. */
@NullMarked
package dev.lockkeeper.rows;

import org.jspecify.annotations.NullMarked;
