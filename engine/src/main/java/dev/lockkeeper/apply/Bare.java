package dev.lockkeeper.apply;

import dev.lockkeeper.sql.Statement;
import java.util.List;
import java.util.Set;

/** Commands that mean something only within a transaction, or nothing outside of one: they are sent as they stand. */
final class Bare {
    private static final Set<String> ALONE = Set.of("lock", "declare");
    private static final Set<String> SET = Set.of("local", "transaction", "constraints");

    private Bare() {}

    /** Whether psql would have the server refuse or warn about it where no transaction is open. */
    static boolean is(Statement statement) {
        List<String> words = statement.words();
        return !words.isEmpty()
                && (ALONE.contains(words.get(0))
                        || (words.size() > 1 && words.get(0).equals("set") && SET.contains(words.get(1))));
    }
}
