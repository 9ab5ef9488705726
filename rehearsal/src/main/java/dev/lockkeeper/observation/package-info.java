/** What each statement of a script does on a server, as the server tells it. */
@NullMarked
package dev.lockkeeper.observation;

import org.jspecify.annotations.NullMarked;
