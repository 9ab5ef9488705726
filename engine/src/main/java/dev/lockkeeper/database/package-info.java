/** Sessions with a PostgreSQL server: one message at a time, errors as values, the runner lock. */
@NullMarked
package dev.lockkeeper.database;

import org.jspecify.annotations.NullMarked;
