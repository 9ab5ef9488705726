/** Runs migrations on a throw-away PostgreSQL and proves what they do. */
@NullMarked
package dev.lockkeeper.rehearsal;

import org.jspecify.annotations.NullMarked;
