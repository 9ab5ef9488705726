/** The command line: one class a command; arguments in, a call to the engine, text or JSON and an exit code out. */
@NullMarked
package dev.lockkeeper.cli;

import org.jspecify.annotations.NullMarked;
