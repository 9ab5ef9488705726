package dev.lockkeeper.apply;

import dev.lockkeeper.sql.Statement;
import java.util.regex.Pattern;

/**
 * Commands that set settings back to what the session began with. That is what the driver has said then, such as the time zone
 * of this machine, and not what the server, the database and the role prescribe.
 */
final class Resetting {
    private static final Pattern BACK = Pattern.compile(
            "(?is)(reset|discard)\\s+(all|timezone|time\\s+zone|datestyle|extra_float_digits|lock_timeout|statement_timeout)\\b.*"
                    + "|set\\s+((session|local)\\s+)?(timezone|datestyle|extra_float_digits)\\s*(=|\\bto\\b)\\s*default\\b.*"
                    + "|set\\s+((session|local)\\s+)?time\\s+zone\\s+(default|local)\\b.*");

    private Resetting() {}

    static boolean is(Statement statement) {
        return !statement.words().isEmpty() && BACK.matcher(statement.sql()).matches();
    }
}
