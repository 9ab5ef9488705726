package dev.lockkeeper.describe.types;

import dev.lockkeeper.describe.types.Tokens.Kind;
import dev.lockkeeper.describe.types.Tokens.Token;
import dev.lockkeeper.describe.types.Tree.Head;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads an expression as {@code pg_get_expr} prints it. What the server prints is a small part of what it reads: operators
 * stand in parentheses, IN, BETWEEN and LIKE are gone, casts are written out (ruleutils.c). Everything else is refused.
 */
final class ExpressionReader {
    /** Marks an operator that is not PostgreSQL's own. */
    static final char FOREIGN = '$';

    private static final Set<String> COMPARISONS = Set.of("<", ">", "=", "<=", ">=", "<>");
    /** These have a grammar of their own, or are no columns although they look like some. */
    private static final Set<String> SPECIAL = Set.of(
            "extract",
            "position",
            "substring",
            "overlay",
            "normalize",
            "collation",
            "grouping",
            "row",
            "xmlelement",
            "xmlforest",
            "xmlpi",
            "xmlroot",
            "xmlserialize",
            "json_value",
            "json_query",
            "json_exists",
            "json_object",
            "json_array");

    private static final Set<String> NO_COLUMNS = Set.of(
            "current_date",
            "current_time",
            "current_timestamp",
            "localtime",
            "localtimestamp",
            "current_role",
            "current_user",
            "user",
            "session_user",
            "current_catalog",
            "current_schema",
            "default",
            "interval",
            "select");

    private final Tokens tokens;

    private ExpressionReader(String text) {
        this.tokens = new Tokens(text);
    }

    /** @throws Unreadable naming what is not understood */
    static Tree read(String text) {
        ExpressionReader reader = new ExpressionReader(text);
        Tree tree = reader.disjunction();
        if (reader.tokens.peek().kind() != Kind.END) {
            throw new Unreadable("\"" + reader.tokens.peek().text() + "\"");
        }
        return tree;
    }

    private Tree disjunction() {
        Tree left = conjunction();
        if (!tokens.comes("or")) {
            return left;
        }
        List<Tree> parts = new ArrayList<>(List.of(left));
        while (tokens.accept("or")) {
            parts.add(conjunction());
        }
        return new Tree(Head.OR, "", parts);
    }

    private Tree conjunction() {
        Tree left = negation();
        if (!tokens.comes("and")) {
            return left;
        }
        List<Tree> parts = new ArrayList<>(List.of(left));
        while (tokens.accept("and")) {
            parts.add(negation());
        }
        return new Tree(Head.AND, "", parts);
    }

    private Tree negation() {
        return tokens.accept("not") ? Tree.of(Head.NOT, "", negation()) : tested();
    }

    private Tree tested() {
        Tree left = comparison();
        while (tokens.accept("is")) {
            left = test(left, tokens.accept("not"));
        }
        return left;
    }

    private Tree test(Tree left, boolean not) {
        if (tokens.accept("null")) {
            return Tree.of(not ? Head.IS_NOT_NULL : Head.IS_NULL, "", left);
        }
        if (tokens.accept("distinct", "from")) {
            return Tree.of(not ? Head.NOT_DISTINCT : Head.DISTINCT, "", left, comparison());
        }
        Token asked = tokens.take();
        if (Set.of("true", "false", "unknown").contains(asked.text())) {
            return Tree.of(not ? Head.IS_NOT : Head.IS, asked.text(), left);
        }
        throw new Unreadable("IS " + asked.text());
    }

    private Tree comparison() {
        Tree left = operation();
        if (tokens.comesOneOf(COMPARISONS)) {
            String sign = tokens.take().text();
            return right(left, sign);
        }
        return left;
    }

    private Tree right(Tree left, String sign) {
        for (Head head : List.of(Head.ANY, Head.ALL)) {
            if (tokens.accept(head == Head.ANY ? "any" : "all", "(")) {
                Tree list = disjunction();
                tokens.expect(")");
                return Tree.of(head, sign, left, list);
            }
        }
        return Tree.of(Head.OPERATOR, sign, left, operation());
    }

    /** Operators that are not compared by rank, because the server puts parentheses wherever two of them meet. */
    private Tree operation() {
        Tree left = signed();
        while (true) {
            if (tokens.accept("operator", "(")) {
                left = right(left, FOREIGN + foreign());
                continue;
            }
            if (tokens.accept("collate")) {
                left = Tree.of(Head.COLLATE, qualified(), left);
                continue;
            }
            if (tokens.accept("at", "time", "zone")) {
                left = Tree.of(Head.AT_ZONE, "", left, signed());
                continue;
            }
            Token token = tokens.peek();
            boolean operator = token.kind() == Kind.SIGN
                    && !COMPARISONS.contains(token.text())
                    && "+-*/<>=~!@#%^&|`?".indexOf(token.text().charAt(0)) >= 0;
            if (!operator) {
                return left;
            }
            left = right(left, tokens.take().text());
        }
    }

    private String qualified() {
        StringBuilder name = new StringBuilder(name(tokens.take()));
        while (tokens.accept(".")) {
            name.append('.').append(name(tokens.take()));
        }
        return name.toString();
    }

    /** OPERATOR(schema.sign): one that is not in pg_catalog. */
    private String foreign() {
        name(tokens.take());
        tokens.expect(".");
        String sign = tokens.take().text();
        tokens.expect(")");
        return sign;
    }

    private Tree signed() {
        if (tokens.accept("-")) {
            return Tree.of(Head.OPERATOR, "-", signed());
        }
        return cast(primary());
    }

    private Tree cast(Tree primary) {
        Tree value = primary;
        while (true) {
            if (tokens.accept("::")) {
                value = Tree.of(Head.CAST, type(), value);
            } else if (tokens.comes("[")) {
                throw new Unreadable("an element of an array");
            } else if (tokens.comes(".")) {
                throw new Unreadable("a field of a composite value");
            } else {
                return value;
            }
        }
    }

    private String type() {
        StringBuilder type = new StringBuilder(qualified());
        if (tokens.accept("varying") || tokens.accept("precision")) {
            type.append(type.toString().equals("double") ? " precision" : " varying");
        }
        if (tokens.accept("(")) {
            type.append('(').append(tokens.take().text());
            while (tokens.accept(",")) {
                type.append(',').append(tokens.take().text());
            }
            tokens.expect(")");
            type.append(')');
        }
        if (tokens.accept("with", "time", "zone")) {
            type.append(" with time zone");
        } else if (tokens.accept("without", "time", "zone")) {
            type.append(" without time zone");
        }
        while (tokens.accept("[", "]")) {
            type.append("[]");
        }
        return type.toString();
    }

    private static String name(Token token) {
        if (token.kind() == Kind.QUOTED) {
            return '"' + token.text().replace("\"", "\"\"") + '"';
        }
        if (token.kind() == Kind.WORD) {
            return token.text();
        }
        throw new Unreadable("\"" + token.text() + "\" where a name is expected");
    }

    private Tree primary() {
        Token token = tokens.take();
        return switch (token.kind()) {
            case NUMBER -> Tree.of(Head.NUMBER, token.text());
            case STRING -> Tree.of(Head.STRING, token.text());
            case QUOTED -> named(token);
            case WORD -> word(token);
            case SIGN -> {
                if (!token.text().equals("(")) {
                    throw new Unreadable("\"" + token.text() + "\"");
                }
                Tree inner = disjunction();
                tokens.expect(")");
                yield inner;
            }
            case END -> throw new Unreadable("the end");
        };
    }

    private Tree word(Token token) {
        switch (token.text()) {
            case "null" -> {
                return Tree.of(Head.NULL, "");
            }
            case "true" -> {
                return Tree.of(Head.TRUE, "");
            }
            case "false" -> {
                return Tree.of(Head.FALSE, "");
            }
            case "case" -> {
                return cases();
            }
            default -> {
                // falls through to what is told by the token after it
            }
        }
        if (token.text().equals("array") && tokens.accept("[")) {
            return new Tree(Head.ARRAY, "", list("]"));
        }
        if (token.text().equals("trim") && tokens.accept("(")) {
            return trim();
        }
        if (NO_COLUMNS.contains(token.text()) || (SPECIAL.contains(token.text()) && tokens.comes("("))) {
            throw new Unreadable(token.text().toUpperCase(Locale.ROOT));
        }
        return named(token);
    }

    /** TRIM(BOTH FROM x), TRIM(LEADING chars FROM x): the functions btrim, ltrim and rtrim in other words. */
    private Tree trim() {
        String function = tokens.accept("leading") ? "ltrim" : tokens.accept("trailing") ? "rtrim" : "btrim";
        tokens.accept("both");
        if (tokens.accept("from")) {
            Tree text = disjunction();
            tokens.expect(")");
            return Tree.of(Head.CALL, function, text);
        }
        Tree characters = disjunction();
        tokens.expect("from");
        Tree text = disjunction();
        tokens.expect(")");
        return Tree.of(Head.CALL, function, text, characters);
    }

    private Tree cases() {
        // CASE a WHEN b is CASE WHEN a = b
        @Nullable Tree compared = tokens.comes("when") ? null : disjunction();
        List<Tree> parts = new ArrayList<>();
        while (tokens.accept("when")) {
            Tree when = disjunction();
            parts.add(compared == null ? when : Tree.of(Head.OPERATOR, "=", compared, when));
            tokens.expect("then");
            parts.add(disjunction());
        }
        parts.add(tokens.accept("else") ? disjunction() : Tree.of(Head.NULL, ""));
        tokens.expect("end");
        return new Tree(Head.CASE, "", parts);
    }

    private Tree named(Token first) {
        String name = name(first);
        while (tokens.accept(".")) {
            name += "." + name(tokens.take());
        }
        if (tokens.accept("(")) {
            // the server quotes a function whose name is a keyword too
            boolean plain = name.matches("\"[a-z_]+\"");
            return new Tree(Head.CALL, plain ? first.text() : name, list(")"));
        }
        if (name.indexOf('.') >= 0 && first.kind() == Kind.WORD) {
            throw new Unreadable("the name " + name);
        }
        return Tree.of(Head.COLUMN, first.text());
    }

    private List<Tree> list(String end) {
        if (tokens.accept(end)) {
            return List.of();
        }
        List<Tree> items = new ArrayList<>();
        do {
            items.add(disjunction());
        } while (tokens.accept(","));
        tokens.expect(end);
        return items;
    }

    /** The names of the columns that a tree mentions, each once, in the order of their first place. */
    static Stream<String> columns(Tree tree) {
        Stream<String> own = tree.head() == Head.COLUMN ? Stream.of(tree.text()) : Stream.empty();
        return Stream.concat(own, tree.parts().stream().flatMap(ExpressionReader::columns))
                .distinct();
    }
}
