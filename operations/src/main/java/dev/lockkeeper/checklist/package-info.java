/** Checklists that persons walk through, and what they did. */
@NullMarked
package dev.lockkeeper.checklist;

import org.jspecify.annotations.NullMarked;
