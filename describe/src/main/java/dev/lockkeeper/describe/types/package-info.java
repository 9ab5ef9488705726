/**
 * Types for programs: what a database takes and gives, in the words of Zod, TypeScript, Java and JSON Schema. The {@link
 * dev.lockkeeper.describe.types.Described description} is made from the catalog model and knows no language; each writer
 * makes files of it.
 */
@NullMarked
package dev.lockkeeper.describe.types;

import org.jspecify.annotations.NullMarked;
