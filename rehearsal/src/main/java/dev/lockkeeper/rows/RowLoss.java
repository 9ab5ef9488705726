package dev.lockkeeper.rows;

import dev.lockkeeper.database.Quote;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows or values that apply and rollback have not left as they were.
 *
 * @param name schema and table, and the column where only values of one are lost; every part as the server keeps it
 * @param lost how many rows are concerned
 * @param of how many there were
 * @param example one row that shows it; null where rows are somebody's and not made up, or where none can be named
 * @param accepted the reason why it is accepted; null when it is not
 */
public record RowLoss(
        List<String> name,
        Fate fate,
        long lost,
        long of,
        @Nullable String example,
        @Nullable String accepted) {
    public RowLoss {
        name = List.copyOf(name);
    }

    /** The name as SQL spells it. */
    public String spelled() {
        return String.join(
                ".",
                name.stream()
                        .map(part -> part.matches("[a-z_][a-z0-9_$]*") ? part : Quote.identifier(part))
                        .toList());
    }

    /** Whether an acceptance of this name concerns it: its own name, or that of its table. */
    boolean isCoveredBy(List<String> other) {
        return name.equals(other)
                || (name.size() > other.size() && name.subList(0, other.size()).equals(other));
    }

    RowLoss accepted(String reason) {
        return new RowLoss(name, fate, lost, of, example, reason);
    }

    /** What and how much, in words. */
    public String sentence() {
        String how = fate.words() + (example == null ? "" : " (" + example + ")");
        return switch (fate) {
            case POSITION, NOT_COMPARED -> spelled() + ": " + how;
            case ROWS_LEFT -> spelled() + ": " + rows(lost) + " " + how;
            case OBJECTS_GONE -> spelled() + ": " + lost + " of " + of + " " + how;
            default -> spelled() + ": " + lost + " of " + rows(of) + ", " + how;
        };
    }

    private static String rows(long number) {
        return number + (number == 1 ? " row" : " rows");
    }
}
