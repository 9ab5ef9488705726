package dev.lockkeeper.describe.types;

import java.util.List;
import java.util.stream.Collectors;

/**
 * An expression as it stands, before anything is known of types.
 *
 * @param head what it is
 * @param text the name, the constant or the type that belongs to it; empty for none
 */
record Tree(Head head, String text, List<Tree> parts) {
    Tree {
        parts = List.copyOf(parts);
    }

    static Tree of(Head head, String text, Tree... parts) {
        return new Tree(head, text, List.of(parts));
    }

    Tree part(int index) {
        return parts.get(index);
    }

    /** What an expression can be. */
    enum Head {
        COLUMN,
        NUMBER,
        STRING,
        NULL,
        TRUE,
        FALSE,
        /** The text is the type. */
        CAST,
        CALL,
        /** With one part a sign before it, with two between them. */
        OPERATOR,
        /** The text is the operator; left a value, right a list. */
        ANY,
        ALL,
        AND,
        OR,
        NOT,
        IS_NULL,
        IS_NOT_NULL,
        /** The text is what it is asked for: true, false or unknown. */
        IS,
        IS_NOT,
        DISTINCT,
        NOT_DISTINCT,
        ARRAY,
        /** The text is the name of the collation. */
        COLLATE,
        /** A moment, a time zone. */
        AT_ZONE,
        /** When, then, when, then ... and at the end else, which is NULL where nothing is written. */
        CASE
    }

    /** In parentheses, as tests compare it. */
    @Override
    public String toString() {
        String inner = parts.stream().map(Tree::toString).collect(Collectors.joining(" "));
        return "(" + head + (text.isEmpty() ? "" : " " + text) + (inner.isEmpty() ? "" : " " + inner) + ")";
    }
}
