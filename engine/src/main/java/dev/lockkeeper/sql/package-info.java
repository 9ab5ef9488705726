/** Cuts a script into statements exactly as psql does. */
@NullMarked
package dev.lockkeeper.sql;

import org.jspecify.annotations.NullMarked;
