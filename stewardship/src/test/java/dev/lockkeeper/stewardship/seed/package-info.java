@NullMarked
package dev.lockkeeper.stewardship.seed;

import org.jspecify.annotations.NullMarked;
