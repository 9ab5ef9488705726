/** Labelled migrations: what a server shows of each, and what lint says of it. */
@org.jspecify.annotations.NullMarked
package dev.lockkeeper.bench.hazards;
