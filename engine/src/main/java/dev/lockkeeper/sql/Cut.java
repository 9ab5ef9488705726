package dev.lockkeeper.sql;

import java.util.List;

/**
 * A script cut into its parts.
 *
 * @param statements in their order; empty commands are left out
 * @param comments where the line comments start, as offsets in chars: only what the server takes for a comment, so nothing in a string, a
 *     quoted name, a body between dollar quotes, a block comment or the data of COPY
 * @param unsent the lines that psql would keep to itself and that do nothing: {@code \restrict} and {@code \}{@code unrestrict} of pg_dump
 * @param plainBackslash where the first backslash in a string without E stands, which the server reads in another way when
 *     standard_conforming_strings is off; -1 when there is none
 */
public record Cut(List<Statement> statements, List<Integer> comments, List<Span> unsent, int plainBackslash) {
    public Cut {
        statements = List.copyOf(statements);
        comments = List.copyOf(comments);
        unsent = List.copyOf(unsent);
    }

    /** From an offset to another, in chars. */
    public record Span(int start, int end) {}
}
