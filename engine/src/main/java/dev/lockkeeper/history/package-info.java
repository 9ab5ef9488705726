/** What was applied and how far an unfinished step came: the record in the database. */
@NullMarked
package dev.lockkeeper.history;

import org.jspecify.annotations.NullMarked;
