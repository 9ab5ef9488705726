/** What two models have apart, in words: the change log, the rollback guide and release notes, and what documents and a database have apart. */
@NullMarked
package dev.lockkeeper.describe.changes;

import org.jspecify.annotations.NullMarked;
