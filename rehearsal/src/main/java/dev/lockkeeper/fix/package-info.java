/** The safer way of a statement written into the files of migrations, and the proof that both ways end alike. */
@org.jspecify.annotations.NullMarked
package dev.lockkeeper.fix;
