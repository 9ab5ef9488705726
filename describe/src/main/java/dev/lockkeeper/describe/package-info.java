/** What people and programs read of a schema: dictionary, diagrams, types, change log. */
@NullMarked
package dev.lockkeeper.describe;

import org.jspecify.annotations.NullMarked;
