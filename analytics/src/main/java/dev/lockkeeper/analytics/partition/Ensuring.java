package dev.lockkeeper.analytics.partition;

import static dev.lockkeeper.database.Quote.identifier;
import static dev.lockkeeper.database.Quote.literal;

import dev.lockkeeper.analytics.definition.PartitionRule;
import dev.lockkeeper.analytics.definition.Rollup;
import dev.lockkeeper.analytics.dialect.Dialect;
import dev.lockkeeper.analytics.dialect.Span;
import dev.lockkeeper.analytics.state.Site;
import dev.lockkeeper.catalog.model.ObjectName;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Makes partitions: by the function of the schema, or as the owner of the table. */
record Ensuring(Site site, Dialect dialect, Rollup rollup, PartitionRule rule) {
    private static final int LONGEST = 63;
    private static final int TRIES = 100;

    /** The names of those that were made. */
    List<String> run(PartitionedTable table, List<Span> missing) {
        PartitionRule.Functions functions = rule.functions();
        List<String> made = new ArrayList<>();
        if (functions != null) {
            made.addAll(site.transaction(
                    () -> site.query("select p::text from " + functions.create().quoted() + "() p").stream()
                            .map(row -> String.valueOf(row[0]))
                            .toList()));
        } else {
            missing.forEach(span -> made.add(make(table, span).toString()));
        }
        if (!made.isEmpty()) {
            site.watch();
        }
        return made;
    }

    /** A table that is made first and attached then: PARTITION OF would lock out all who read or write the whole. */
    private ObjectName make(PartitionedTable table, Span span) {
        ObjectName name = free(table, span);
        String part = name.quoted();
        String from = dialect.instant(span.from());
        String to = dialect.instant(span.to());
        // an identity comes with the attachment from PostgreSQL 17 on, and a second one is refused
        String like = "create table " + part + " (like " + table.name().quoted()
                + " including defaults including constraints including generated including storage including compression)"
                + (table.tablespace().isEmpty() ? "" : " tablespace " + identifier(table.tablespace()));
        site.owner().transaction(() -> {
            site.owner()
                    .execute("set local lock_timeout = '2s'; " + like + "; alter table " + part + " owner to "
                            + identifier(table.owner()) + secured(table, part) + "; comment on table " + part + " is "
                            + literal("From " + span.from() + " until " + span.to() + ".") + "; alter table "
                            + table.name().quoted() + " attach partition " + part + " for values from ("
                            + literal(span.from().toString()) + ") to ("
                            + literal(span.to().toString()) + ")");
            return name;
        });
        site.transaction(() -> {
            site.execute("insert into " + site.table("partition_log")
                    + " (source, partition, partition_oid, lower_bound, upper_bound, created_at) select "
                    + literal(table.name().toString()) + ", " + literal(name.toString()) + ", c.oid, " + from + ", "
                    + to
                    + ", now() from pg_class c where c.oid = " + literal(part) + "::regclass");
            return name;
        });
        return name;
    }

    /** One that names the partition sees no more than one that names the table. */
    private static String secured(PartitionedTable table, String part) {
        return table.secured() || table.forced()
                ? "; alter table " + part + (table.secured() ? " enable row level security" : "")
                        + (table.secured() && table.forced() ? "," : "")
                        + (table.forced() ? " force row level security" : "")
                : "";
    }

    private ObjectName free(PartitionedTable table, Span span) {
        String suffix = "_" + rule.width().suffix(span.from());
        for (int i = 1; i <= TRIES; i++) {
            String end = suffix + (i == 1 ? "" : "_" + i);
            ObjectName name =
                    new ObjectName(table.name().schema(), cut(table.name().name(), end.length()) + end);
            @Nullable
            String found = site.owner()
                    .transaction(() -> site.owner().value("select to_regclass(" + literal(name.quoted()) + ")::text"));
            if (found == null) {
                return name;
            }
        }
        throw new IllegalStateException(
                "all names of " + Objects.requireNonNull(table.name().name()) + suffix + " are taken");
    }

    /** The server would cut a longer name, and two could become one. */
    private static String cut(String name, int rest) {
        String cut = name;
        while (cut.getBytes(StandardCharsets.UTF_8).length > LONGEST - rest) {
            cut = cut.substring(0, cut.offsetByCodePoints(cut.length(), -1));
        }
        return cut;
    }
}
