/** The services that an environment needs beside its database: what is declared of them, and whether they answer. */
@NullMarked
package dev.lockkeeper.services;

import org.jspecify.annotations.NullMarked;
