/** Whether migrations of a database are as they should be, right now. */
@NullMarked
package dev.lockkeeper.health;

import org.jspecify.annotations.NullMarked;
