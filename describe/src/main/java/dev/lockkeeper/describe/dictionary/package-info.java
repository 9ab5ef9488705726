/**
 * The data dictionary: the pages of a database, the file of its model, what people have written into the pages, and how these files are kept true.
 * Nothing of it depends on when or where it is made.
 */
@NullMarked
package dev.lockkeeper.describe.dictionary;

import org.jspecify.annotations.NullMarked;
