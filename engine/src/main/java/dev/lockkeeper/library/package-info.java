/** Migrations by an application itself: over its DataSource, at start-up or in tests. */
@NullMarked
package dev.lockkeeper.library;

import org.jspecify.annotations.NullMarked;
