/** Pages as a tree of blocks and spans, and how they are written as Markdown and as HTML. Whatever a text holds, it stays a text. */
@NullMarked
package dev.lockkeeper.describe.page;

import org.jspecify.annotations.NullMarked;
