@NullMarked
package dev.lockkeeper.stewardship;

import org.jspecify.annotations.NullMarked;
