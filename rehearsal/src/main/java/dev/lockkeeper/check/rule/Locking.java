package dev.lockkeeper.check.rule;

import dev.lockkeeper.check.Clause;
import dev.lockkeeper.sql.Reading;
import java.util.Optional;

/** Statements that, as their text tells, keep others from writing to a table that was there before the migration. */
final class Locking {
    private Locking() {}

    /** The table; empty for another statement. */
    static Optional<String> table(Clause clause) {
        Reading reading = clause.reading();
        if (clause.begins("alter", "table")) {
            boolean weak = clause.actions().stream().allMatch(at -> isWeak(clause, at));
            return weak || clause.has("concurrently") ? Optional.empty() : clause.oldTable();
        }
        if (clause.begins("create") && clause.table().isPresent()) {
            return clause.has("concurrently") ? Optional.empty() : clause.oldTable();
        }
        if (clause.begins("drop", "table")) {
            return named(clause, clause.afterOptions(2));
        }
        if (clause.begins("truncate") || clause.begins("lock")) {
            return named(clause, clause.afterOptions(reading.word(1).equals("table") ? 2 : 1));
        }
        return Optional.empty();
    }

    private static boolean isWeak(Clause clause, int at) {
        return clause.reading().isPhrase(at, "validate", "constraint")
                || clause.reading().isPhrase(at, "attach", "partition")
                || clause.reading().isPhrase(at, "cluster", "on")
                || (clause.reading().word(at).equals("set") && clause.reading().isOpen(at + 1))
                || clause.actionHas(at, "set", "statistics");
    }

    private static Optional<String> named(Clause clause, int at) {
        return Optional.of(clause.name(at)).filter(name -> !name.isEmpty() && !clause.isNew(name));
    }
}
