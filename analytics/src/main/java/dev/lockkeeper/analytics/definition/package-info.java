/** What files say of rollups: what is added up, by what, to where, and what must hold of it. Pure. */
@NullMarked
package dev.lockkeeper.analytics.definition;

import org.jspecify.annotations.NullMarked;
