/** Addresses of databases as libpq reads them: what was given where, and what it means to the driver. */
@NullMarked
package dev.lockkeeper.address;

import org.jspecify.annotations.NullMarked;
