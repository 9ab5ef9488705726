package dev.lockkeeper.analytics.partition;

import static dev.lockkeeper.database.Quote.literal;

import dev.lockkeeper.analytics.definition.Rollup;
import dev.lockkeeper.catalog.model.ObjectName;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.stewardship.retention.Partition;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A table of events as the server has it.
 *
 * @param tablespace where its partitions go; empty for the usual one
 * @param now the clock of the server
 * @param parts by their bounds
 */
record PartitionedTable(
        ObjectName name,
        String owner,
        boolean secured,
        boolean forced,
        String tablespace,
        Instant now,
        List<Part> parts) {
    PartitionedTable {
        parts = List.copyOf(parts);
    }

    /**
     * Reads it.
     *
     * @throws dev.lockkeeper.problem.LockkeeperException {@code analytics-unfit} when it has no partitions by ranges of the time alone, or a
     *     default partition
     */
    static PartitionedTable read(Session session, Rollup rollup) {
        ObjectName name = rollup.source().name();
        // bounds are written in the style of the session, and read again in the same
        String style = "set local datestyle = 'ISO, YMD'; set local timezone = 'UTC'; ";
        @Nullable
        String[] row = session.query(style
                        + "select p.partstrat = 'r' and p.partnatts = 1 and a.attname = "
                        + literal(rollup.time().name())
                        + ", coalesce(p.partdefid, 0) <> 0, pg_get_userbyid(c.relowner), c.relrowsecurity, c.relforcerowsecurity,"
                        + " coalesce(s.spcname, ''), extract(epoch from clock_timestamp())::text from pg_class c"
                        + " left join pg_partitioned_table p on p.partrelid = c.oid left join pg_attribute a on a.attrelid = c.oid and"
                        + " a.attnum = p.partattrs[0] left join pg_tablespace s on s.oid = c.reltablespace where c.oid = "
                        + literal(name.quoted()) + "::regclass")
                .get(0);
        if (!"t".equals(row[0]) || "t".equals(row[1])) {
            throw Problem.of(
                            Code.ANALYTICS_UNFIT,
                            "t".equals(row[1])
                                    ? name + " has a default partition"
                                    : name + " has no partitions by ranges of "
                                            + rollup.time().name() + " alone")
                    .at(rollup.source().place())
                    .because(
                            "t".equals(row[1])
                                    ? "each new partition would wait for a look at all of its rows, and one whose rows are there"
                                            + " already is refused"
                                    : "bounds of anything else say nothing of the time of events")
                    .help(
                            "t".equals(row[1])
                                    ? "detach it, and move its rows into partitions of their own"
                                    : "remove partitions: from the rollup, or partition by range of that column")
                    .asException();
        }
        List<Part> parts = new ArrayList<>();
        for (@Nullable
        String[] part : session.query(style
                + "select c.oid::text, n.nspname, c.relname, i.inhdetachpending, " + bound("FROM") + ", "
                + bound("TO")
                + " from pg_inherits i join pg_class c on c.oid = i.inhrelid join pg_namespace n on n.oid = c.relnamespace"
                + " cross join lateral (select pg_get_expr(c.relpartbound, c.oid) as bound) b where i.inhparent = "
                + literal(name.quoted()) + "::regclass order by 5 nulls first")) {
            parts.add(new Part(
                    new Partition(
                            Long.parseLong(String.valueOf(part[0])),
                            new ObjectName(String.valueOf(part[1]), String.valueOf(part[2])),
                            "t".equals(part[3]) ? Partition.State.DETACHING : Partition.State.ATTACHED),
                    instant(part[4]),
                    instant(part[5])));
        }
        return new PartitionedTable(
                name,
                String.valueOf(row[2]),
                "t".equals(row[3]),
                "t".equals(row[4]),
                String.valueOf(row[5]),
                at(new BigDecimal(String.valueOf(row[6]))),
                parts);
    }

    /** Infinite ones are open, as MINVALUE and MAXVALUE are. */
    private static String bound(String word) {
        String value = "substring(b.bound from '" + word + " \\(''([^'']+)''\\)')::timestamptz";
        return "case when isfinite(" + value + ") then extract(epoch from " + value + ") end";
    }

    private static @Nullable Instant instant(@Nullable String seconds) {
        return seconds == null ? null : at(new BigDecimal(seconds));
    }

    private static Instant at(BigDecimal seconds) {
        long micros = seconds.movePointRight(6).longValue();
        return Instant.ofEpochSecond(Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1000L);
    }
}
