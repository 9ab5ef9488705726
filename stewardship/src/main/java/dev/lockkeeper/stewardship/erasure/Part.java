package dev.lockkeeper.stewardship.erasure;

import dev.lockkeeper.catalog.model.Relation;
import dev.lockkeeper.stewardship.classification.Forgetting;
import dev.lockkeeper.stewardship.classification.TableEntry;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of the rows of one table.
 *
 * @param condition for the rows of the person, as SQL over {@code t}
 * @param rows how many there are
 * @param held how many of them must stay by a column of their own
 */
public record Part(Relation relation, TableEntry entry, Forgetting forgetting, String condition, long rows, long held) {
    public Forgetting.Way way() {
        return forgetting.way();
    }

    /** Why rows stay; null when they do not. */
    @Nullable
    String why() {
        return forgetting.why();
    }

    Part with(long counted, long staying) {
        return new Part(relation, entry, forgetting, condition, counted, staying);
    }

    String table() {
        return relation.name().toString();
    }
}
