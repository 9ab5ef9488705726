/** Reads the system catalogs: what a database is made of, as a digest and row by row. */
@NullMarked
package dev.lockkeeper.catalog;

import org.jspecify.annotations.NullMarked;
