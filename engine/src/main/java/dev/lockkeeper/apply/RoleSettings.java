package dev.lockkeeper.apply;

import static dev.lockkeeper.database.Quote.literal;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The settings of role and database with which a session began (manual, "ALTER ROLE", "Notes"), known by the versions of their
 * rows. For a path of {@code pg_catalog}.
 *
 * @param database its OID
 * @param role the OID of the session's user
 * @param versions the transactions that have written the rows
 * @param counted whether the server counts the rows that a session changes: track_counts
 */
record RoleSettings(String database, String role, List<String> versions, boolean counted) {
    private static final String DATABASE =
            "(select oid from pg_catalog.pg_database where datname = current_database())";
    private static final String ROLE = "(select oid from pg_catalog.pg_roles where rolname = session_user)";

    /** What {@link #of} makes one of these from. */
    static final String COLUMNS = DATABASE + ", " + ROLE + ", (select string_agg(s.xmin::text, ' ') from "
            + rows(DATABASE, ROLE) + "), current_setting('track_counts')::boolean";

    /** The settings themselves: the one for this role outranks the one for this database, and both together outrank either. */
    static final String PRESCRIBED =
            "select c from " + rows(DATABASE, ROLE).replace(" s where", " s, unnest(s.setconfig) c where")
                    + " order by s.setrole = 0, s.setdatabase = 0";

    /** The OID of pg_db_role_setting, which is the same on every server; to look up its name takes as long as to count. */
    private static final int CATALOG = 2964;

    /** Four columns of a row, the first at a number. */
    static RoleSettings of(@Nullable String[] row, int at) {
        String versions = row[at + 2];
        return new RoleSettings(
                String.valueOf(row[at]),
                String.valueOf(row[at + 1]),
                versions == null ? List.of() : Arrays.asList(versions.split(" ")),
                "t".equals(row[at + 3]));
    }

    private static String rows(String database, String role) {
        return "pg_catalog.pg_db_role_setting s where s.setdatabase = any (array[0, " + database
                + "]::oid[]) and s.setrole = any (array[0, " + role + "]::oid[])";
    }

    /**
     * A query for a row if a session that is opened now would begin with others.
     *
     * @param or a condition under which there is a row as well
     */
    String changed(String or) {
        String known = versions.isEmpty()
                ? ""
                : " or not bool_and(s.xmin = any (" + literal("{" + String.join(",", versions) + "}") + "::xid[]))";
        return "select from " + rows(database, role) + " having " + or + " or count(*) <> " + versions.size() + known;
    }

    /**
     * The same for what this session itself has changed in its transaction, or shortly before. It reads no table, which takes a
     * third of the time; where the server does not count, it is {@link #changed}.
     */
    String changedHere(String or) {
        return counted
                ? "select where " + or + " or pg_stat_get_xact_tuples_inserted(" + CATALOG
                        + ") + pg_stat_get_xact_tuples_updated(" + CATALOG + ") + pg_stat_get_xact_tuples_deleted("
                        + CATALOG
                        + ") > 0"
                : changed(or);
    }
}
