/**
 * Diagrams of a schema. A model and what is asked for make a {@link dev.lockkeeper.describe.erd.Diagram}, which a layout places and
 * writers write: as a picture of our own, or as the text of another tool. One model gives the same bytes on every run, machine and JDK.
 */
@NullMarked
package dev.lockkeeper.describe.erd;

import org.jspecify.annotations.NullMarked;
