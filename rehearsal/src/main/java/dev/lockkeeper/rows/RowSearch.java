package dev.lockkeeper.rows;

import dev.lockkeeper.database.Quote;
import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.problem.ServerError;
import dev.lockkeeper.rows.Table.Check;
import dev.lockkeeper.rows.Table.UniqueKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Looks for a row that the server takes: from the likeliest one it changes one choice at a time, and goes on from there when the
 * server then refuses it for another reason, for the one before is out of the way. What the refusal names is changed first.
 */
final class RowSearch {
    private static final int ATTEMPTS = 200;
    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}_.+/-]+");

    private final Table table;
    private final List<Slot> slots;
    private final int[] chosen;

    RowSearch(Table table, List<Slot> slots) {
        this.table = table;
        this.slots = slots;
        this.chosen = new int[slots.size()];
    }

    /** One choice changed. */
    private record Move(int slot, int option) {}

    /**
     * Tries until the server takes one.
     *
     * @param refusal runs a statement; null when the server took it
     * @param thorough whether to try more than the likeliest row
     * @param refused told of the last refusal that was another than before
     * @return the statement that it took; empty when it took none
     */
    Optional<String> run(
            Function<String, @Nullable SqlFailure> refusal, boolean thorough, Consumer<ServerError> refused) {
        @Nullable SqlFailure failure = refusal.apply(sql());
        if (failure == null) {
            return Optional.of(sql());
        }
        refused.accept(failure.error());
        Set<String> seen = new HashSet<>(Set.of(reason(failure.error())));
        int left = thorough ? ATTEMPTS : 0;
        List<Move> moves = moves(failure.error());
        for (int i = 0; i < moves.size() && left > 0; i++, left--) {
            Move move = moves.get(i);
            int before = chosen[move.slot()];
            chosen[move.slot()] = move.option();
            failure = refusal.apply(sql());
            if (failure == null) {
                return Optional.of(sql());
            }
            if (seen.add(reason(failure.error()))) {
                refused.accept(failure.error());
                moves = moves(failure.error());
                i = -1;
            } else {
                chosen[move.slot()] = before;
            }
        }
        return Optional.empty();
    }

    /** The row as it is chosen now. */
    String sql() {
        List<String> columns = new ArrayList<>();
        List<String> values = new ArrayList<>();
        for (int i = 0; i < chosen.length; i++) {
            Slot slot = slots.get(i);
            slot.columns().forEach(column -> columns.add(Quote.identifier(column)));
            values.addAll(slot.options().get(chosen[i]));
        }
        return "insert into " + table.spelled()
                + (columns.isEmpty()
                        ? " default values;"
                        : " (" + String.join(", ", columns) + ") overriding system value values ("
                                + String.join(", ", values) + ");");
    }

    /** Every change of one choice: what the refusal concerns first, then what its words name. */
    private List<Move> moves(ServerError error) {
        Set<String> concerned = concerned(error.constraint());
        Set<String> words =
                WORD.matcher(error.message()).results().map(m -> m.group()).collect(Collectors.toSet());
        List<Move> moves = new ArrayList<>();
        for (int slot = 0; slot < chosen.length; slot++) {
            for (int option = 0; option < slots.get(slot).options().size(); option++) {
                if (option != chosen[slot]) {
                    moves.add(new Move(slot, option));
                }
            }
        }
        moves.sort(Comparator.comparing(
                        (Move move) -> slots.get(move.slot()).columns().stream().noneMatch(concerned::contains))
                .thenComparing(move -> slots.get(move.slot()).options().get(move.option()).stream()
                        .noneMatch(value -> words.contains(bare(value))))
                .thenComparingInt(Move::option));
        return moves;
    }

    private static String bare(String value) {
        return value.startsWith("'") ? value.substring(1, value.length() - 1) : value;
    }

    /** The refusal without the values of the row, which many messages name. */
    private String reason(ServerError error) {
        String message = error.message();
        for (int i = 0; i < chosen.length; i++) {
            for (String value : slots.get(i).options().get(chosen[i])) {
                if (!bare(value).isEmpty()) {
                    message = message.replace(bare(value), "");
                }
            }
        }
        return error.sqlState() + error.constraint() + message.replaceAll("\\d+", "");
    }

    /** The columns that a constraint of this name is about; empty when it is not known. */
    private Set<String> concerned(@Nullable String constraint) {
        for (UniqueKey key : table.keys()) {
            if (key.name().equals(constraint)) {
                return key.columns();
            }
        }
        return table.checks().stream()
                .filter(check -> check.name().equals(constraint))
                .findFirst()
                .map(Check::columns)
                .orElse(Set.of());
    }
}
