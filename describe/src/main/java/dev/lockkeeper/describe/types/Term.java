package dev.lockkeeper.describe.types;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A condition or a part of one, in SQL's logic of three values: true, false, and NULL, which passes. It says nothing of any
 * language; every part is known to mean in all of them what it means to the server.
 */
public sealed interface Term {
    Sort sort();

    /** The value of a column, or of a domain. */
    record Value(String column, Sort sort) implements Term {}

    /**
     * A constant.
     *
     * @param text as the server prints it; null for NULL
     */
    record Constant(Sort sort, @Nullable String text) implements Term {}

    /** Several terms as one list. */
    record Several(Sort sort, List<Term> items) implements Term {
        public Several {
            items = List.copyOf(items);
        }
    }

    /** Something made of other terms. */
    record Call(Operation operation, Sort sort, List<Term> arguments) implements Term {
        public Call {
            arguments = List.copyOf(arguments);
        }
    }

    /**
     * Whether a text has a form.
     *
     * @param pattern of JavaScript with the flag {@code u}, see {@link RegexReader}
     * @param insensitive whether upper and lower case are the same
     * @param ascii whether it is only certain for text of ASCII characters
     */
    record Matches(Term text, String pattern, boolean insensitive, boolean ascii) implements Term {
        @Override
        public Sort sort() {
            return Sort.of(Sort.Kind.BOOLEAN);
        }
    }

    static Call call(Operation operation, Sort.Kind kind, Term... arguments) {
        return new Call(operation, Sort.of(kind), List.of(arguments));
    }

    /** The columns that it mentions, each once. */
    static List<String> columns(Term term) {
        return mentioned(term).distinct().toList();
    }

    private static Stream<String> mentioned(Term term) {
        if (term instanceof Value value) {
            return Stream.of(value.column());
        } else if (term instanceof Several several) {
            return several.items().stream().flatMap(Term::mentioned);
        } else if (term instanceof Call call) {
            return call.arguments().stream().flatMap(Term::mentioned);
        } else if (term instanceof Matches matches) {
            return mentioned(matches.text());
        }
        return Stream.empty();
    }

    /** In parentheses: one text for one meaning. */
    static String text(Term term) {
        if (term instanceof Value value) {
            return value.column();
        } else if (term instanceof Constant constant) {
            return constant.text() == null ? "null" : "'" + constant.text().replace("'", "''") + "'";
        } else if (term instanceof Several several) {
            return several.items().stream().map(Term::text).collect(Collectors.joining(" ", "[", "]"));
        } else if (term instanceof Matches matches) {
            return "(matches " + text(matches.text()) + " /" + matches.pattern() + "/"
                    + (matches.insensitive() ? "i" : "") + ")";
        } else if (term instanceof Call call) {
            return call.arguments().stream()
                    .map(Term::text)
                    .collect(Collectors.joining(" ", "(" + call.operation().key() + " ", ")"));
        }
        throw new IllegalStateException("a term of no kind");
    }
}
