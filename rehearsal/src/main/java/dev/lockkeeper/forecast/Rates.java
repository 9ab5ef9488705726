package dev.lockkeeper.forecast;

import dev.lockkeeper.database.Session;
import dev.lockkeeper.forecast.Cost.Sample;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** How fast a server works, found out with tables that are made for it. */
public final class Rates {
    private static final long SMALL = 20_000;
    private static final long LARGE = 200_000;
    private static final long WIDE = 40_000;
    private static final String NARROW_TEXT = "'x' || g";
    private static final String WIDE_TEXT = "repeat(md5(g::text), 12)";

    private final Cost scan;
    private final Cost index;
    private final Cost update;
    private final Cost rewrite;
    private final double speed;

    private Rates(Cost scan, Cost index, Cost update, Cost rewrite, double speed) {
        this.scan = scan;
        this.index = index;
        this.update = update;
        this.rewrite = rewrite;
        this.speed = speed;
    }

    /**
     * Measures, which takes about two seconds.
     *
     * @param session with a throw-away database, in which a table comes and goes
     */
    public static Rates of(Session session) {
        List<List<Sample>> all = List.of(
                measured(session, SMALL, NARROW_TEXT),
                measured(session, LARGE, NARROW_TEXT),
                measured(session, WIDE, WIDE_TEXT));
        return new Rates(cost(all, 0, false), cost(all, 1, true), cost(all, 3, false), cost(all, 2, false), 1);
    }

    private static Cost cost(List<List<Sample>> all, int kind, boolean sorts) {
        return Cost.of(all.get(0).get(kind), all.get(1).get(kind), all.get(2).get(kind), sorts);
    }

    private static List<Sample> measured(Session session, long rows, String text) {
        session.execute("create table public.lockkeeper_rates as select g::bigint as id, (g * 7919 % " + rows
                + ")::int as a, " + text + " as b from generate_series(1, " + rows + ") g");
        session.alone("vacuum analyze public.lockkeeper_rates");
        double octets =
                Double.parseDouble(String.valueOf(session.query("select pg_relation_size('public.lockkeeper_rates')")
                        .get(0)[0]));
        List<Sample> samples = new ArrayList<>();
        for (String sql : List.of(
                "alter table public.lockkeeper_rates add constraint c check (a >= 0)",
                "create index lockkeeper_rates_a on public.lockkeeper_rates (a)",
                "alter table public.lockkeeper_rates alter id type int",
                "update public.lockkeeper_rates set a = a + 1")) {
            samples.add(new Sample(rows, octets, millis(session, sql)));
            session.execute("drop index if exists public.lockkeeper_rates_a");
        }
        session.execute("drop table public.lockkeeper_rates");
        return samples;
    }

    private static double millis(Session session, String sql) {
        long start = System.nanoTime();
        session.execute(sql);
        return (System.nanoTime() - start) / (double) TimeUnit.MILLISECONDS.toNanos(1);
    }

    /** The same for a machine that is as many times as fast. */
    public Rates faster(double factor) {
        return new Rates(scan, index, update, rewrite, speed * factor);
    }

    /** To read all rows once, in milliseconds. */
    double scan(double rows, double octets) {
        return scan.of(rows, octets) / speed;
    }

    /** To build an index, in milliseconds. */
    double index(double rows, double octets) {
        return index.of(rows, octets) / speed;
    }

    /** To write all rows anew in place, each with its entries in the indexes, in milliseconds. */
    double update(double rows, double octets, int indexes) {
        return update.of(rows, octets) / speed + indexes * index(rows, octets);
    }

    /** To copy a table, in milliseconds. */
    double rewrite(double rows, double octets) {
        return rewrite.of(rows, octets) / speed;
    }
}
