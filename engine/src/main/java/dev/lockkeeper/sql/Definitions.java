package dev.lockkeeper.sql;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The names that a script defines with CREATE, and all words in it. Names are without their schemas and in lower case, and bodies in
 * dollar quotes are read too: a name too many only makes a script wait for another.
 *
 * @param defined such as views, functions and types
 * @param words every word, and every quoted name without its quotes
 */
public record Definitions(Set<String> defined, Set<String> words) {
    private static final int DEPTH = 8;
    private static final Set<String> KINDS = Set.of(
            "view", "function", "procedure", "table", "type", "domain", "aggregate", "sequence", "schema", "trigger");
    private static final Set<String> BETWEEN =
            Set.of("or", "replace", "materialized", "recursive", "temp", "temporary", "constraint", "unlogged");

    public Definitions {
        defined = Set.copyOf(defined);
        words = Set.copyOf(words);
    }

    /** Reads a script; what cannot be split ends it, for the run itself will say so. */
    public static Definitions of(String script) {
        Set<String> defined = new HashSet<>();
        Set<String> words = new HashSet<>();
        List<String> tokens = new ArrayList<>();
        read(script, 0, tokens);
        for (int i = 0; i < tokens.size(); i++) {
            words.add(tokens.get(i));
            if (tokens.get(i).equals("create")) {
                define(tokens, i + 1, defined);
            }
        }
        return new Definitions(defined, words);
    }

    /** Whether a name that the other defines occurs here. */
    public boolean mentionsAnyOf(Definitions other) {
        return other.defined.stream().anyMatch(words::contains);
    }

    private static void define(List<String> tokens, int from, Set<String> defined) {
        int i = from;
        while (i < tokens.size() && BETWEEN.contains(tokens.get(i))) {
            i++;
        }
        if (i >= tokens.size() || !KINDS.contains(tokens.get(i))) {
            return;
        }
        boolean trigger = tokens.get(i).equals("trigger");
        i++;
        while (i < tokens.size() && Set.of("if", "not", "exists").contains(tokens.get(i))) {
            i++;
        }
        while (i + 2 < tokens.size() && tokens.get(i + 1).equals(".")) {
            i += 2;
        }
        // nobody refers to a trigger from outside of its table
        if (i < tokens.size() && !trigger) {
            defined.add(tokens.get(i));
        }
    }

    /** Reads bodies within bodies down to a certain depth; a name that lies deeper only fails to make a script wait. */
    private static void read(String sql, int depth, List<String> tokens) {
        Lexer lexer = new Lexer(new StringReader(sql));
        try {
            for (Token token = lexer.next(); token != Token.END; token = lexer.next()) {
                if (token == Token.COMMENT) {
                    continue;
                }
                String text = sql.substring(lexer.start(), lexer.end());
                String body = text.startsWith("$") ? Quoted.content(text) : "";
                if (!body.isEmpty()) {
                    if (depth < DEPTH) {
                        read(body, depth + 1, tokens);
                    }
                } else {
                    boolean quoted = text.length() > 1 && text.startsWith("\"") && text.endsWith("\"");
                    tokens.add(
                            quoted
                                    ? text.substring(1, text.length() - 1).replace("\"\"", "\"")
                                    : text.toLowerCase(Locale.ROOT));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("a string cannot fail to be read", e);
        } catch (SqlFlaw e) {
            // the rest is not read
        }
    }
}
