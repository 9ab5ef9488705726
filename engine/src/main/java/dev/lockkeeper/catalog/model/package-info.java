/**
 * A database as people and programs read of it: tables, columns, keys, rules, types. One reading of the catalogs serves the
 * dictionary, diagrams, generated types, classification and the change log. Everything is ordered as the collation {@code C}
 * orders it, columns as they stand in their table, so that one database always reads alike.
 */
@NullMarked
package dev.lockkeeper.catalog.model;

import org.jspecify.annotations.NullMarked;
