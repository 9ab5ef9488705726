/** Forgetting a person: what is known, who approved it, what was done, and that nothing is found afterwards. */
@NullMarked
package dev.lockkeeper.stewardship.erasure;

import org.jspecify.annotations.NullMarked;
