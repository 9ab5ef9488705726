package dev.lockkeeper.stewardship.classification;

import dev.lockkeeper.problem.Place;
import org.jspecify.annotations.Nullable;

/**
 * What the file says of a column.
 *
 * @param level how far it may go; null when the file leaves that open
 * @param pii what it says of a person, such as {@code email}; null for nothing
 * @param protection the form in which it is kept; null for the plain value
 * @param with how it is protected, such as {@code argon2id}; null when not said
 * @param hidden whether generated types leave it out
 * @param erase what stands in its place when the person is forgotten; null when not said
 * @param why the reason, where one is asked for; null for none
 */
public record ColumnEntry(
        Place place,
        @Nullable DataClass level,
        @Nullable String pii,
        @Nullable Protection protection,
        @Nullable String with,
        boolean hidden,
        @Nullable Replacement erase,
        @Nullable String why) {
    /** Whether its value is changed when the person is forgotten. */
    public boolean isReplaced() {
        return erase != null && !(erase instanceof Replacement.Kept);
    }
}
