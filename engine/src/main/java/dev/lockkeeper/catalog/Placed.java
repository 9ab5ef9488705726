package dev.lockkeeper.catalog;

/**
 * A fact and where it lies.
 *
 * @param schema empty for what lies in none
 */
record Placed(String schema, Row row) {}
