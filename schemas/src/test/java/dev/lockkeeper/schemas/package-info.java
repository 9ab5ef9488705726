/** Databases for the tests of the reference schemas, and the rules that hold for all of them. */
@NullMarked
package dev.lockkeeper.schemas;

import org.jspecify.annotations.NullMarked;
