package dev.lockkeeper.sql;

import dev.lockkeeper.sql.Drop.Kind;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Reads what one statement takes away. */
final class DropReader {
    /** Commands that neither take anything away nor run anybody's code. */
    private static final Set<String> HARMLESS = Set.of(
            "",
            "set",
            "reset",
            "show",
            "comment",
            "grant",
            "revoke",
            "security",
            "analyze",
            "vacuum",
            "cluster",
            "reindex",
            "refresh",
            "lock",
            "begin",
            "start",
            "commit",
            "end",
            "rollback",
            "abort",
            "savepoint",
            "release",
            "notify",
            "listen",
            "unlisten",
            "discard",
            "checkpoint",
            "reassign",
            "prepare",
            "deallocate",
            "close",
            "load");

    /** What DROP ... CASCADE takes with these has no data, unless a column has the type of a view's rows. */
    private static final Set<String> WITHOUT_DATA = Set.of(
            "view",
            "materialized",
            "foreign",
            "index",
            "sequence",
            "trigger",
            "rule",
            "policy",
            "publication",
            "subscription",
            "statistics",
            "event",
            "role",
            "user",
            "group",
            "cast",
            "conversion",
            "transform",
            "text",
            "server",
            "tablespace");

    /** A column of these types holds whatever another column held. */
    private static final Set<String> HOLDS_ALL = Set.of("text", "varchar", "character varying");

    private final List<String> tokens = new ArrayList<>();
    private final List<Drop> drops = new ArrayList<>();
    private int at;

    DropReader(String sql) {
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
        String command = word();
        switch (command) {
            case "drop" -> drop();
            case "alter" -> alter();
            case "truncate" -> {
                accept("table");
                names(Kind.ROWS);
                if (endsWith("cascade")) {
                    add(Kind.UNKNOWN, "");
                }
            }
            case "delete" -> {
                accept("from");
                accept("only");
                add(Kind.ROWS, name());
                calls(at);
            }
            case "update" -> {
                accept("only");
                add(Kind.VALUES, name());
                calls(at);
            }
            case "insert" -> insert();
            case "create" -> create();
            case "explain" -> explain();
            case "select", "values", "(", "declare" -> calls(1);
            default -> {
                if (!HARMLESS.contains(command)) {
                    add(Kind.UNKNOWN, "");
                }
            }
        }
        return drops;
    }

    private void insert() {
        accept("into");
        String table = name();
        for (int i = at; i + 1 < tokens.size(); i++) {
            if (is(i, "do") && is(i + 1, "update")) {
                add(Kind.VALUES, table);
            }
        }
        // the columns stand in parentheses too
        calls(at + 1);
    }

    /** Only with ANALYZE is the statement run. */
    private void explain() {
        boolean runs = false;
        if (accept("(")) {
            while (at < tokens.size() && !accept(")")) {
                runs |= next().equalsIgnoreCase("analyze");
            }
        }
        while (is(at, "analyze") || is(at, "verbose")) {
            runs |= next().equalsIgnoreCase("analyze");
        }
        if (runs) {
            tokens.subList(0, at).clear();
            at = 0;
            read();
        }
    }

    private void drop() {
        String what = word();
        boolean cascade = endsWith("cascade");
        switch (what) {
            case "table" -> {
                ifExists();
                names(Kind.TABLE);
            }
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
            case "owned", "database" -> add(Kind.UNKNOWN, "");
            default -> {
                // columns of a type, a domain or a collation go with it, and partitions by a function
                if (cascade && !WITHOUT_DATA.contains(what)) {
                    add(Kind.UNKNOWN, "");
                }
            }
        }
    }

    private void alter() {
        String what = word();
        if ((what.equals("type") && has("attribute")) || (what.equals("extension") && has("update"))) {
            add(Kind.UNKNOWN, "");
        }
        if (what.equals("schema")) {
            add(Kind.RENAMED, next());
            at++;
            renamed();
        }
        if (!what.equals("table")) {
            // ALTER VIEW and ALTER SEQUENCE take tables too
            if (has("rename") || (has("set") && has("schema"))) {
                add(Kind.RENAMED, "");
            }
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
        if (token.equals("set") && accept("schema")) {
            add(Kind.RENAMED, table);
            add(Kind.RENAMED, next());
        } else if (token.equals("rename") && !accept("constraint")) {
            if (is(at, "to")) {
                add(Kind.RENAMED, table);
            } else {
                accept("column");
                add(Kind.RENAMED, next());
            }
            renamed();
        }
        if (token.equals("alter") && !is(at, "constraint")) {
            accept("column");
            type(table, next());
        }
        if (!token.equals("drop") || accept("constraint")) {
            return;
        }
        accept("column");
        ifExists();
        drops.add(new Drop(Kind.COLUMN, table, next()));
    }

    private void renamed() {
        if (accept("to")) {
            add(Kind.RENAMED, next());
        }
    }

    /** Another type may hold less, and an expression may make anything of a value. */
    private void type(String table, String column) {
        if (is(at, "set") && is(at + 1, "data")) {
            at += 2;
        }
        if (!is(at, "type")) {
            return;
        }
        StringBuilder type = new StringBuilder();
        boolean using = false;
        int i = at + 1;
        for (int depth = 0; i < tokens.size() && (depth > 0 || !is(i, ",")); i++) {
            depth += is(i, "(") ? 1 : is(i, ")") ? -1 : 0;
            using |= is(i, "using");
            type.append(type.isEmpty() ? "" : " ").append(tokens.get(i).toLowerCase(Locale.ROOT));
        }
        at = i;
        if (using || !HOLDS_ALL.contains(type.toString())) {
            drops.add(new Drop(Kind.VALUES, table, column));
        }
    }

    private void create() {
        List<String> words = tokens.subList(1, Math.min(tokens.size(), 5)).stream()
                .map(t -> t.toLowerCase(Locale.ROOT))
                .toList();
        int table = words.indexOf("table");
        if (table < 0) {
            if (words.contains("materialized")) {
                query();
            }
            return;
        }
        at = table + 2;
        if (accept("if")) {
            accept("not");
            accept("exists");
        }
        add(Kind.MADE, name());
        query();
    }

    /** CREATE TABLE name AS runs what follows. */
    private void query() {
        for (int i = at; i + 1 < tokens.size(); i++) {
            if (is(i, "as") && is(i + 1, "execute")) {
                add(Kind.UNKNOWN, "");
            } else if (is(i, "as")
                    && (is(i + 1, "select") || is(i + 1, "with") || is(i + 1, "values") || is(i + 1, "("))) {
                calls(i + 2);
                return;
            }
        }
    }

    /** A query without a call takes nothing away, nor one that calls what is known to take nothing; WITH may hold DELETE. */
    private void calls(int from) {
        if (Calls.mayDoAnything(tokens, from)) {
            add(Kind.UNKNOWN, "");
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

    private boolean is(int index, String token) {
        return index < tokens.size() && tokens.get(index).equalsIgnoreCase(token);
    }

    private boolean has(String token) {
        return tokens.stream().anyMatch(token::equalsIgnoreCase);
    }

    private boolean endsWith(String token) {
        return is(tokens.size() - 1, token);
    }

    private boolean accept(String token) {
        boolean found = is(at, token);
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
