package dev.lockkeeper.rows;

import dev.lockkeeper.source.Script;
import java.util.List;

/** Where the rows come from that a rehearsal has. */
public sealed interface RowSource {
    /** There are none but those of the migrations, and nothing is said about rows. */
    record None() implements RowSource {}

    /** They are made from the catalogs. */
    record Generated() implements RowSource {}

    /** They come from SQL of the user. */
    record Given(List<Script> scripts) implements RowSource {
        public Given {
            scripts = List.copyOf(scripts);
        }
    }
}
