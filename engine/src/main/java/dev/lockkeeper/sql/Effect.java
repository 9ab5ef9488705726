package dev.lockkeeper.sql;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a statement that runs in no transaction leaves behind, so that the catalog can tell after an interruption whether
 * it took effect. Names are as the statement spells them, quotes and schema included.
 */
public sealed interface Effect {
    /**
     * An index appears; while it is built it is there already, but invalid (manual, CREATE INDEX, "Building Indexes
     * Concurrently").
     *
     * @param name null when the server chooses one
     */
    record IndexBuilt(@Nullable String name, String table) implements Effect {}

    /** An index disappears; until then it may be invalid. */
    record IndexDropped(String name) implements Effect {}

    /**
     * Indexes are replaced by copies; an interruption leaves invalid ones whose names end in {@code _ccnew} or {@code
     * _ccold} (manual, REINDEX, "Rebuilding Indexes Concurrently").
     *
     * @param relation the index or table; null for a whole schema or database
     */
    record IndexesRebuilt(@Nullable String relation) implements Effect {}

    /** A partition leaves its table; an interruption leaves it half detached (manual, ALTER TABLE, DETACH PARTITION). */
    record PartitionDetached(String table, String partition) implements Effect {}

    /** Nothing that a second run would not do again, such as VACUUM. */
    record Repeatable() implements Effect {}

    /** Something that the statement alone does not tell. */
    record Unknown() implements Effect {}

    /** The effect of a statement. */
    static Effect of(Statement statement) {
        return new Reader(statement.sql()).read();
    }

    /** Reads the few commands that run concurrently. */
    final class Reader {
        private final List<String> tokens = new ArrayList<>();
        private int at;

        private Reader(String sql) {
            Lexer lexer = new Lexer(new StringReader(sql));
            try {
                for (Token token = lexer.next(); token != Token.END; token = lexer.next()) {
                    tokens.add(sql.substring(lexer.start(), lexer.end()));
                }
            } catch (IOException e) {
                throw new UncheckedIOException("a string cannot fail to be read", e);
            }
        }

        private Effect read() {
            if (accept("vacuum") || accept("analyze") || accept("cluster") || accept("checkpoint")) {
                return new Repeatable();
            }
            if (accept("alter")) {
                return accept("system") ? new Repeatable() : accept("table") ? detached() : new Unknown();
            }
            if (accept("reindex")) {
                return rebuilt();
            }
            if (accept("drop") && accept("index")) {
                boolean concurrently = accept("concurrently");
                ifExists();
                return concurrently ? new IndexDropped(name()) : new Unknown();
            }
            return at == 0 && accept("create") ? built() : new Unknown();
        }

        private Effect built() {
            accept("unique");
            if (!accept("index") || !accept("concurrently")) {
                return new Unknown();
            }
            if (accept("if")) {
                accept("not");
                accept("exists");
            }
            String name = accept("on") ? null : name();
            if (name != null) {
                accept("on");
            }
            accept("only");
            return new IndexBuilt(name, name());
        }

        private Effect rebuilt() {
            if (accept("(")) {
                while (!accept(")") && at < tokens.size()) {
                    at++;
                }
            }
            boolean one = accept("index") || accept("table");
            if (!one) {
                at++;
            }
            accept("concurrently");
            return new IndexesRebuilt(one ? name() : null);
        }

        private Effect detached() {
            ifExists();
            accept("only");
            String table = name();
            return accept("detach") && accept("partition") ? new PartitionDetached(table, name()) : new Unknown();
        }

        private void ifExists() {
            if (accept("if")) {
                accept("exists");
            }
        }

        private boolean accept(String token) {
            boolean found = at < tokens.size()
                    && tokens.get(at).toLowerCase(Locale.ROOT).equals(token);
            at += found ? 1 : 0;
            return found;
        }

        /** A name with its schema; empty at the end of the statement, which the server would not have run. */
        private String name() {
            StringBuilder name = new StringBuilder(next());
            while (accept(".")) {
                name.append('.').append(next());
            }
            return name.toString();
        }

        private String next() {
            return at < tokens.size() ? tokens.get(at++) : "";
        }
    }
}
