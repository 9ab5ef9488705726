package dev.lockkeeper.observation;

import dev.lockkeeper.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What cannot be seen of a statement, and what is said instead. */
final class Unseen {
    private static final Set<String> CODE = Set.of("do", "call", "select");

    private Unseen() {}

    /** What remains unknown, one sentence each. */
    static List<String> of(Statement statement, boolean inside, List<Lock> locks, boolean batch) {
        List<String> notes = new ArrayList<>();
        String first = statement.words().isEmpty() ? "" : statement.words().get(0);
        if (CODE.contains(first) && statement.sql().matches("(?is).*\\bexception\\b.*")) {
            notes.add("locks that a block with EXCEPTION took and gave back when it failed are not seen");
        }
        if (first.equals("do") || first.equals("call")) {
            notes.add("it runs code: what is seen is the way that the code took here, with these rows");
        }
        if (!inside) {
            notes.add("it runs in no transaction: its locks come and go, "
                    + (locks.isEmpty() ? "and are not told" : "and are told as the manual says"));
        }
        if (batch) {
            notes.add("it runs in batches, each in a transaction of its own: what is told is the first one");
        }
        return notes;
    }

    /**
     * The locks of a command that runs in no transaction (manual 13.3.1, and of the commands: CREATE INDEX, DROP INDEX, REINDEX,
     * VACUUM, CLUSTER, ALTER TABLE).
     *
     * @param now the relations after it
     * @param before the relations before it
     */
    static List<Lock> locks(
            Statement statement, List<Effect> effects, List<Rewrite> rewrites, Relations now, Relations before) {
        Map<String, Lock> locks = new TreeMap<>();
        rewrites.forEach(rewrite ->
                locks.put(rewrite.relation(), new Lock(rewrite.relation(), rewrite.kind(), LockMode.ACCESS_EXCLUSIVE)));
        if (statement.sql().toLowerCase(Locale.ROOT).contains("concurrently")) {
            for (Effect effect : effects) {
                if (effect.type().equals("index")) {
                    Stream.of(now, before)
                            .flatMap(relations -> relations.tableOf(effect.object()).stream())
                            .forEach(table -> locks.put(
                                    table.name(),
                                    new Lock(table.name(), table.kind(), LockMode.SHARE_UPDATE_EXCLUSIVE)));
                }
            }
        }
        return List.copyOf(locks.values());
    }
}
