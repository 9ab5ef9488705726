package dev.lockkeeper.sql;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Something that a statement takes away together with its data, as the statement spells it.
 *
 * @param kind what it is
 * @param name the table, schema or extension, quotes and schema included; empty when the statement does not tell
 * @param column the column; null when it is no column
 */
public record Drop(Kind kind, String name, @Nullable String column) {
    /** What is taken away. */
    public enum Kind {
        TABLE,
        COLUMN,
        SCHEMA,
        EXTENSION,
        /** Rows of a table that stays. */
        ROWS,
        /** A table, whichever, is given another name or schema: what comes later may mean it. */
        RENAMED,
        /** A table is made: what comes later may mean it. */
        MADE,
        /** The statement runs code of which it does not tell what it does. */
        UNKNOWN
    }

    /** What a statement takes away, in its order; empty when it takes nothing away that has data. */
    public static List<Drop> of(Statement statement) {
        return new Reader(statement.sql()).read();
    }

    /** Reads the few commands that take data away. */
    private static final class Reader {
        /** Functions of the server that a script calls for a setting or a sequence and that take nothing away. */
        private static final Set<String> HARMLESS = Set.of("set_config", "setval", "nextval", "currval", "pg_notify");

        private final List<String> tokens = new ArrayList<>();
        private final List<Drop> drops = new ArrayList<>();
        private int at;

        Reader(String sql) {
            Lexer lexer = new Lexer(new StringReader(sql));
            try {
                for (Token token = lexer.next(); token != Token.END; token = lexer.next()) {
                    if (token != Token.COMMENT) {
                        tokens.add(sql.substring(lexer.start(), lexer.end()));
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException("a string cannot fail to be read", e);
            }
        }

        List<Drop> read() {
            switch (word()) {
                case "drop" -> drop();
                case "alter" -> alter();
                case "truncate" -> {
                    accept("table");
                    names(Kind.ROWS);
                }
                case "delete" -> {
                    accept("from");
                    accept("only");
                    add(Kind.ROWS, name());
                }
                case "create" -> create();
                case "select" -> select();
                case "with", "do", "call", "execute", "merge", "table", "copy", "import" -> add(Kind.UNKNOWN, "");
                default -> {}
            }
            return drops;
        }

        private void drop() {
            String what = word();
            boolean cascade = tokens.get(tokens.size() - 1).equalsIgnoreCase("cascade");
            switch (what) {
                case "table" -> {
                    ifExists();
                    names(Kind.TABLE);
                }
                case "foreign" -> {}
                case "schema" -> {
                    ifExists();
                    // without cascade the server refuses unless it is empty
                    if (cascade) {
                        names(Kind.SCHEMA);
                    }
                }
                case "extension" -> {
                    ifExists();
                    names(Kind.EXTENSION);
                    if (cascade) {
                        add(Kind.UNKNOWN, "");
                    }
                }
                case "owned" -> add(Kind.UNKNOWN, "");
                // columns of these types go with them
                case "type", "domain" -> {
                    if (cascade) {
                        add(Kind.UNKNOWN, "");
                    }
                }
                default -> {}
            }
        }

        private void alter() {
            String what = word();
            if (what.equals("schema") || what.equals("extension")) {
                add(Kind.RENAMED, "");
            }
            if (what.equals("type") && tokens.stream().anyMatch("attribute"::equalsIgnoreCase)) {
                add(Kind.UNKNOWN, "");
            }
            if (what.equals("foreign") || !what.equals("table")) {
                return;
            }
            ifExists();
            accept("only");
            String table = name();
            accept("*");
            boolean begins = true;
            int depth = 0;
            while (at < tokens.size()) {
                String token = next();
                depth += token.equals("(") ? 1 : token.equals(")") ? -1 : 0;
                if (begins && depth == 0) {
                    action(table, token.toLowerCase(Locale.ROOT));
                }
                begins = depth == 0 && token.equals(",");
            }
        }

        private void action(String table, String token) {
            if (token.equals("rename") || (token.equals("set") && accept("schema"))) {
                add(Kind.RENAMED, "");
            }
            if (!token.equals("drop") || accept("constraint")) {
                return;
            }
            accept("column");
            ifExists();
            drops.add(new Drop(Kind.COLUMN, table, next()));
        }

        private void create() {
            List<String> words = tokens.subList(1, Math.min(tokens.size(), 5)).stream()
                    .map(t -> t.toLowerCase(Locale.ROOT))
                    .toList();
            int table = words.indexOf("table");
            if (table < 0) {
                return;
            }
            at = table + 2;
            if (accept("if")) {
                accept("not");
                accept("exists");
            }
            add(Kind.MADE, name());
        }

        /** A select without a call takes nothing away, nor one that calls for settings and sequences only. */
        private void select() {
            for (int i = 1; i < tokens.size(); i++) {
                boolean called = tokens.get(i).equals("(") && tokens.get(i - 1).matches("(?s)[\\p{L}_\"].*");
                if (called && !HARMLESS.contains(tokens.get(i - 1).toLowerCase(Locale.ROOT))) {
                    add(Kind.UNKNOWN, "");
                    return;
                }
            }
        }

        private void names(Kind kind) {
            do {
                accept("only");
                add(kind, name());
                accept("*");
            } while (accept(","));
        }

        private void add(Kind kind, String name) {
            drops.add(new Drop(kind, name, null));
        }

        private void ifExists() {
            if (accept("if")) {
                accept("exists");
            }
        }

        private boolean accept(String token) {
            boolean found = at < tokens.size() && tokens.get(at).equalsIgnoreCase(token);
            at += found ? 1 : 0;
            return found;
        }

        private String name() {
            StringBuilder name = new StringBuilder(next());
            while (accept(".")) {
                name.append('.').append(next());
            }
            return name.toString();
        }

        private String word() {
            return next().toLowerCase(Locale.ROOT);
        }

        private String next() {
            return at < tokens.size() ? tokens.get(at++) : "";
        }
    }
}
