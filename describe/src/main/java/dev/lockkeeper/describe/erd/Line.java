package dev.lockkeeper.describe.erd;

import dev.lockkeeper.catalog.model.ForeignKey;
import dev.lockkeeper.catalog.model.ObjectName;
import org.jspecify.annotations.Nullable;

/**
 * What ties two tables: a foreign key, of however many columns, or inheritance.
 *
 * @param key null for inheritance
 * @param optional whether a row of the child may do without a parent
 * @param single whether a parent has at most one row of the child
 */
public record Line(
        ObjectName child, ObjectName parent, @Nullable ForeignKey key, boolean optional, boolean single) {
    /** Whether rows of the child go with their parent. */
    public boolean isCascading() {
        return key != null && key.onDelete().equals("CASCADE");
    }

    /** Whether rows are held to it: a key that is not enforced, or not for rows from before it, is a wish. */
    public boolean isHeld() {
        return key == null || (key.enforced() && key.validated());
    }

    public boolean isOf(ObjectName table) {
        return child.equals(table) || parent.equals(table);
    }
}
