package dev.lockkeeper.stewardship.erasure;

import static dev.lockkeeper.database.Quote.literal;

import dev.lockkeeper.database.Session;
import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * What a person is looked for by, in a table of the session that goes with the transaction. The values come by COPY, whose data are part
 * of no statement: no setting of a server shows them in its log (manual, "Error Reporting and Logging"), and neither do {@code
 * pg_stat_activity}, {@code pg_stat_statements} or the plans of {@code auto_explain}. Parameters would stand in the log. Holds no state.
 */
public final class Sought {
    /** The table; {@code kind} tells what a text {@code v} is, {@code n} its place. */
    static final String TABLE = "pg_temp.lockkeeper_sought";

    /**
     * A value that the database has no characters for, such as one of another database, is nowhere in it. No variable holds a value:
     * auto_explain logs variables as parameters.
     */
    private static final String READ = "declare s record; begin for s in select k.ctid from " + TABLE
            + " k where k.kind = %s loop begin update " + TABLE
            + " set v = convert_from(decode(v, 'hex'), 'UTF8') where ctid = s.ctid;"
            + " exception when untranslatable_character then delete from " + TABLE
            + " where ctid = s.ctid; end; end loop; end";

    private static final String KEY = "key";

    private Sought() {}

    /**
     * Does something in a transaction that is rolled back: what was put goes with it.
     *
     * @param session in no transaction
     */
    public static <T> T within(Session session, Supplier<T> work) {
        begin(session);
        try {
            return work.get();
        } finally {
            back(session);
        }
    }

    private static void back(Session session) {
        try {
            session.alone("rollback");
        } catch (SqlFailure e) {
            // the session is lost, and its transaction with it
        }
    }

    /**
     * Puts the key of a person.
     *
     * @param session in a transaction
     * @return its values as SQL of type text
     * @throws dev.lockkeeper.problem.LockkeeperException {@code erasure-refused} when this user may have no table of the session
     */
    static List<String> key(Session session, List<String> key) {
        put(session, KEY, key);
        return IntStream.range(0, key.size())
                .mapToObj(n ->
                        "(select k.v from " + TABLE + " k where k.kind = " + literal(KEY) + " and k.n = " + n + ")")
                .toList();
    }

    /**
     * Whether the columns of a key can have such values. A value that a type does not take stands in the message of the server, and
     * what is caught there is not logged.
     *
     * @param casts of what {@link #key} has given
     */
    static boolean fits(Session session, List<String> casts) {
        String forget = "delete from " + TABLE + " where kind = " + literal(KEY);
        session.execute("do "
                + literal("begin perform " + String.join(", ", casts) + "; exception when others then " + forget
                        + "; end"));
        return session.query("select 1 from " + TABLE + " where kind = " + literal(KEY))
                        .size()
                == casts.size();
    }

    /** Also where transactions are read-only unless they say otherwise: the table of the session is what is written. */
    private static void begin(Session session) {
        try {
            session.execute("begin isolation level read committed read write");
        } catch (SqlFailure e) {
            throw refused(e);
        }
    }

    /** Puts values of a kind in the place of those that were put before. */
    static void put(Session session, String kind, Collection<String> values) {
        StringBuilder data = new StringBuilder();
        int n = 0;
        for (String value : values) {
            // digits go through every encoding
            String digits = HexFormat.of().formatHex(value.getBytes(StandardCharsets.UTF_8));
            data.append(kind)
                    .append('\t')
                    .append(n++)
                    .append('\t')
                    .append(digits)
                    .append('\n');
        }
        try {
            session.execute("create temporary table if not exists " + TABLE
                    + " (kind text not null, n integer not null, v text not null) on commit drop; delete from " + TABLE
                    + " where kind = " + literal(kind));
            session.copyIn(
                    "copy " + TABLE + " (kind, n, v) from stdin",
                    new ByteArrayInputStream(data.toString().getBytes(StandardCharsets.US_ASCII)));
            session.execute("do " + literal(READ.formatted(literal(kind))));
        } catch (SqlFailure e) {
            throw refused(e);
        }
    }

    private static LockkeeperException refused(SqlFailure e) {
        String help = switch (e.error().sqlState()) {
            case "25006" -> "connect to the primary";
            case "42501" -> "let this user make temporary tables: grant temporary on database DATABASE to USER";
            case "42704" -> "create the language in which it is read: create extension plpgsql";
            default -> "run the same command again when what the server says is mended";
        };
        return Problem.of(
                        e.connectionLost() ? Code.CONNECTION_LOST : Code.ERASURE_REFUSED,
                        "the server does not take what the person is looked for by")
                .from(e.error().withoutValues())
                .because("the values go into a temporary table, so that no log of the server has them")
                .help(help)
                .note("kept: everything")
                .asException(e);
    }
}
