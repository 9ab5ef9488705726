/** One rule, one class. */
@org.jspecify.annotations.NullMarked
package dev.lockkeeper.check.rule;
