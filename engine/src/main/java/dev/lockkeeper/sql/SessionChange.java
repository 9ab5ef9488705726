package dev.lockkeeper.sql;

import java.util.regex.Pattern;

/**
 * What a statement within a transaction changes of its session, as far as its text tells: until the transaction ends (manual, "SET",
 * LOCAL), or for longer. Where the text does not tell, it is both. Stateless.
 */
public final class SessionChange {
    private static final Pattern LOCAL =
            Pattern.compile("(?is)set\\s+local\\b.*|.*\\bset_config\\s*\\((?![^()]*,\\s*false\\s*\\)).*");

    private static final Pattern LASTING = Pattern.compile("(?is)(?:set\\s+(?!local\\b|constraints\\b|transaction\\b)"
            + "|(?:reset|discard|prepare|deallocate|listen|unlisten|load)\\b).*"
            + "|.*\\bset_config\\s*\\((?![^()]*,\\s*true\\s*\\)).*");

    private SessionChange() {}

    /** Whether something is as before when the transaction ends. */
    public static boolean endsWithTransaction(Statement statement) {
        return LOCAL.matcher(statement.sql()).matches();
    }

    /** Whether something stays changed after the transaction. */
    public static boolean outlivesTransaction(Statement statement) {
        return LASTING.matcher(statement.sql()).matches()
                || Unrestorable.in(statement).isPresent();
    }
}
