package dev.lockkeeper.observation;

import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a session has done with the rows of one table since its counters were last taken in (manual 27.2, "pg_stat_xact_all_tables"). */
record Counters(long scans, long inserted, long updated, long deleted) {
    static final Counters NONE = new Counters(0, 0, 0, 0);

    /** Two results, as far as the session has not given its counters to the server; see {@link #sql}. */
    static final String PENDING = sql("pg_stat_xact_user_tables", "") + ";"
            + sql("pg_stat_xact_sys_tables", " and s.schemaname = 'pg_catalog'");

    /** What all sessions have given to the server. */
    static final String GIVEN = sql("pg_stat_user_tables", "");

    /** After it the server has the counters of the session. */
    static final String GIVE = "select pg_stat_force_next_flush()";

    /** Rows: table, name, scans, inserted, updated, deleted. Catalogs are named without their schema. */
    private static String sql(String view, String condition) {
        String name =
                condition.isEmpty() ? "(pg_identify_object('pg_class'::regclass, s.relid, 0)).identity" : "s.relname";
        return "select s.relid, " + name + ", s.seq_scan, s.n_tup_ins, s.n_tup_upd, s.n_tup_del from " + view
                + " s where s.seq_scan + s.n_tup_ins + s.n_tup_upd + s.n_tup_del > 0" + condition;
    }

    static Counters of(@Nullable String[] row) {
        return new Counters(number(row, 2), number(row, 3), number(row, 4), number(row, 5));
    }

    private static long number(@Nullable String[] row, int column) {
        return Long.parseLong(Onlooker.text(row, column));
    }

    boolean wrote() {
        return inserted + updated + deleted > 0;
    }

    /** What was done since; where the server has taken the counters in meanwhile, all of it is new. */
    Counters since(Counters before) {
        Counters more = new Counters(
                scans - before.scans, inserted - before.inserted, updated - before.updated, deleted - before.deleted);
        boolean anew =
                Stream.of(more.scans, more.inserted, more.updated, more.deleted).anyMatch(n -> n < 0);
        return anew ? this : more;
    }
}
