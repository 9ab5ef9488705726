/** Takes over what was applied before Lockkeeper came: other tools' histories, or a database as it is. */
@NullMarked
package dev.lockkeeper.adopt;

import org.jspecify.annotations.NullMarked;
