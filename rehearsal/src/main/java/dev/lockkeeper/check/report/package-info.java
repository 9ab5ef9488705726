/** Findings in the forms that people and tools read. */
@org.jspecify.annotations.NullMarked
package dev.lockkeeper.check.report;
