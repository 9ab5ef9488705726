/** What is wrong with migrations: rules over what was rehearsed, or over the text alone. */
@org.jspecify.annotations.NullMarked
package dev.lockkeeper.check;
