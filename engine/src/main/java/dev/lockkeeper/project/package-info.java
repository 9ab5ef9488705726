/** The project file, the environment and the command line, made one: components and where their databases are. */
@NullMarked
package dev.lockkeeper.project;

import org.jspecify.annotations.NullMarked;
