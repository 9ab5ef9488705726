package dev.lockkeeper.sql;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * The settings that statements may make up, such as {@code my.user}, and whether they may leave in their session what no view of the
 * server shows. Bodies and strings are read too. A candidate too many does no harm: it is what to ask the server for.
 *
 * @param names in lower case, each with a dot in it; incomplete where a function sets one
 * @param unnamed whether a statement puts a name together that only the server could tell
 * @param mayLeaveHiddenState whether a setting of one's own, a seed, a library, a connection of dblink or an origin of replication may
 *     be left, as far as the text tells
 */
public record CustomSettings(Set<String> names, boolean unnamed, boolean mayLeaveHiddenState) {
    /** Bodies within bodies; what lies deeper is not read and so may be anything. */
    private static final int DEPTH = 8;

    public CustomSettings {
        names = Set.copyOf(names);
    }

    /** Reads statements of one script. */
    public static CustomSettings in(Collection<Statement> statements) {
        Reader reader = new Reader();
        for (Statement statement : statements) {
            if (Needles.OF_SESSIONS.occurIn(statement.sql())) {
                reader.read(statement.sql());
            }
        }
        return new CustomSettings(reader.names, reader.unnamed, reader.hidden);
    }

    /** Collects what it finds. */
    private static final class Reader {
        private final Set<String> names = new TreeSet<>();
        private boolean unnamed;
        private boolean hidden;

        void read(String text) {
            List<String> level = List.of(text);
            for (int depth = 0; depth < DEPTH && !level.isEmpty(); depth++) {
                List<String> bodies = new ArrayList<>();
                for (String body : level) {
                    Reading sql = Reading.of(body);
                    for (int i = 0; i < sql.size(); i++) {
                        token(sql, i, bodies);
                    }
                }
                level = bodies;
            }
            hidden |= !level.isEmpty();
        }

        private void token(Reading sql, int at, List<String> bodies) {
            String body = Quoted.content(sql.text(at));
            if (!body.isEmpty()) {
                if (Needles.OF_SESSIONS.occurIn(body)) {
                    bodies.add(body);
                }
                return;
            }
            switch (sql.name(at)) {
                case "set_config" -> {
                    hidden = true;
                    String name = Quoted.content(sql.text(at + 2));
                    if (!name.isEmpty() && sql.text(at + 3).equals(",")) {
                        add(name);
                    } else {
                        unnamed |= sql.isOpen(at + 1) && !isLocal(sql, at + 1);
                    }
                }
                case "set" ->
                    set(sql, sql.isPhrase(at + 1, "session") || sql.isPhrase(at + 1, "local") ? at + 2 : at + 1);
                case "setseed", "load" -> hidden = true;
                default -> {
                    String word = sql.name(at);
                    hidden |= word.startsWith("dblink") || word.startsWith("pg_replication_origin_");
                }
            }
        }

        /** Whether the call ends with its transaction: its last argument is the word itself. */
        private static boolean isLocal(Reading sql, int open) {
            int last = sql.afterParentheses(open) - 2;
            return sql.word(last).equals("true") && sql.text(last - 1).equals(",");
        }

        private void set(Reading sql, int at) {
            hidden |= sql.name(at).equals("seed");
            int end = sql.afterName(at);
            if (end > at + 1) {
                StringBuilder name = new StringBuilder();
                for (int i = at; i < end; i++) {
                    name.append(sql.text(i).equals(".") ? "." : sql.name(i));
                }
                hidden = true;
                add(name.toString());
            }
        }

        private void add(String name) {
            if (name.endsWith(".")) {
                unnamed = true;
            } else if (name.indexOf('.') > 0) {
                names.add(name.toLowerCase(Locale.ROOT));
            }
        }
    }
}
