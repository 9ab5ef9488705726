package dev.lockkeeper.check.rule;

import dev.lockkeeper.check.Done;
import dev.lockkeeper.check.Rehearsed;
import dev.lockkeeper.observation.LockMode;
import dev.lockkeeper.source.Migration;
import dev.lockkeeper.sql.Reading;
import dev.lockkeeper.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * An UPDATE or DELETE whose text names no certain rows.
 *
 * @param table that it writes, as the text has it
 * @param all whether it has no condition at all, rather than one that only asks what is null
 */
record MassWrite(String table, boolean all) {
    /** So many rows are many wherever they were seen. */
    static final long MANY = 10_000;

    private static final Set<String> NOTHING = Set.of("is", "not", "null", "and", "or", "true");

    /** Those of a statement, also in its WITH queries. */
    static List<MassWrite> of(Reading sql) {
        List<MassWrite> writes = new ArrayList<>();
        for (int at = 0; at < sql.size(); at++) {
            boolean first = at == 0 || sql.isOpen(at - 1) || sql.text(at - 1).equals(")");
            boolean delete = sql.isPhrase(at, "delete", "from");
            if (first && (delete || sql.word(at).equals("update"))) {
                int table = delete ? at + 2 : at + 1;
                table = sql.word(table).equals("only") ? table + 1 : table;
                of(sql, table).ifPresent(writes::add);
            }
        }
        return writes;
    }

    private static Optional<MassWrite> of(Reading sql, int table) {
        int end = sql.afterName(table);
        StringBuilder name = new StringBuilder(sql.name(table));
        for (int next = table + 2; next < end; next += 2) {
            name.append('.').append(sql.name(next));
        }
        int at = end;
        for (; at < sql.size() && !sql.text(at).equals(")") && !sql.word(at).equals("where"); at++) {
            if (sql.isOpen(at)) {
                at = sql.afterParentheses(at) - 1;
            }
        }
        boolean all = !sql.word(at).equals("where") || (sql.isPhrase(at, "where", "true") && isEnd(sql, at + 2));
        return all || asksOnlyForNulls(sql, at + 1)
                ? Optional.of(new MassWrite(name.toString(), all))
                : Optional.empty();
    }

    private static boolean isEnd(Reading sql, int at) {
        return at >= sql.size() || sql.text(at).equals(")") || sql.word(at).equals("returning");
    }

    private static boolean asksOnlyForNulls(Reading sql, int from) {
        int at = from;
        int depth = 0;
        while (!isEnd(sql, at) || (depth > 0 && at < sql.size())) {
            depth += sql.isOpen(at) ? 1 : sql.text(at).equals(")") ? -1 : 0;
            if (!NOTHING.contains(sql.word(at))
                    && !sql.isOpen(at)
                    && !sql.text(at).equals(")")) {
                int end = sql.afterName(at);
                if (end == at || !(sql.isPhrase(end, "is", "null") || sql.isPhrase(end, "is", "not", "null"))) {
                    return false;
                }
                at = end - 1;
            }
            at++;
        }
        return true;
    }

    /** Those of a statement that was rehearsed, on tables that were there before. */
    static List<MassWrite> of(Rehearsed migration, Done done) {
        List<MassWrite> writes = new ArrayList<>();
        // long lists of rows to insert need not be read
        if (Stream.of("update", "delete", "with").anyMatch(done::begins)) {
            of(done.clause().reading()).stream()
                    .flatMap(write -> Meant.held(migration, done, true)
                            .filter(lock -> lock.mode().compareTo(LockMode.ROW_EXCLUSIVE) >= 0
                                    && Meant.fits(write.table(), lock.relation()))
                            .limit(1)
                            .map(lock -> new MassWrite(lock.relation(), write.all())))
                    .forEach(writes::add);
        }
        done.rows()
                .filter(rows -> rows.updated() + rows.deleted() >= MANY)
                .filter(rows -> writes.stream().noneMatch(write -> write.table().equals(rows.relation())))
                .forEach(rows -> writes.add(new MassWrite(rows.relation(), false)));
        boolean cut = !writes.isEmpty()
                && isBackfill(migration.migration(), done.seen().statement());
        return cut ? List.of() : writes;
    }

    /** Whether a directive cuts it into batches. */
    static boolean isBackfill(Migration migration, Statement statement) {
        return migration.up().commands().directives().backfills().containsKey(statement.ordinal());
    }

    String told() {
        return all ? "every row of " + table + " is written" : "nearly every row of " + table + " may be written";
    }
}
