package dev.lockkeeper.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Events of some hours, 100,000 in each, of 2,000 organizations of very different size and 6 models or none, in 730 daily partitions keyed by
 * time and id; and projects that roll them up.
 *
 * @param first the hour in which the events begin
 * @param hours how many hours have events
 */
record RollupSample(Instant first, int hours) {
    static final int AN_HOUR = 100_000;

    /** The one in a thousand that is largest has a sixth of all events. */
    static final String ANYBODY = "2000 * power(random(), 4)";

    /** Twenty of middle size. */
    static final String FEW = "100 + 20 * random()";

    private static final String COLUMNS = """
            event_id uuid not null, organization_id uuid not null, model_id uuid, occurred_at timestamptz not null,
            received_at timestamptz not null default now(), region text not null, status text not null,
            prompt_tokens bigint not null, completion_tokens bigint not null, cost numeric(12,4) not null,
            primary key (occurred_at, event_id)
            """;

    /** Of the hours that have just ended. */
    static RollupSample ended(int hours) {
        return new RollupSample(Instant.now().truncatedTo(ChronoUnit.HOURS).minus(hours, ChronoUnit.HOURS), hours);
    }

    Instant end() {
        return first.plus(hours, ChronoUnit.HOURS);
    }

    String load() {
        return "create schema bench;\n" + tables("usage_events") + """
                create table bench.usage (
                    granularity text not null, bucket_start timestamptz not null, organization_id uuid not null, model_id uuid,
                    request_count bigint not null, token_count bigint not null, error_count bigint not null,
                    cost numeric(18,4) not null, changed_at timestamptz not null,
                    unique nulls not distinct (granularity, bucket_start, organization_id, model_id));
                """
                + fill("bench.usage_events", hours * AN_HOUR, "(i + random()) * interval '36 milliseconds'", ANYBODY)
                + ";\n"
                + "vacuum (analyze);\n";
    }

    /** A table of events with its partitions; the last one is that of tomorrow. */
    static String tables(String name) {
        return "create table bench.%1$s (%2$s) partition by range (occurred_at);\n".formatted(name, COLUMNS)
                + """
                do $$
                declare
                    day timestamptz := date_trunc('day', now(), 'UTC') - interval '728 days';
                begin
                    for i in 1..730 loop
                        execute format('create table bench.%1$s_%%s partition of bench.%1$s for values from (%%L) to (%%L)',
                            i, day, day + interval '1 day');
                        day := day + interval '1 day';
                    end loop;
                end $$;
                """.formatted(name);
    }

    /**
     * An insert of events.
     *
     * @param time when each comes, after the first hour's begin; i counts them
     * @param organization whose, by a number below 2,000
     */
    String fill(String table, int count, String time, String organization) {
        return """
                insert into %s
                select gen_random_uuid(), md5(floor(%s)::text)::uuid,
                    case when random() >= 0.05 then md5('m' || floor(6 * power(random(), 2)))::uuid end, timestamptz '%s' + %s, now(), 'eu-west',
                    case when random() < 0.98 then 'success' else 'error' end, floor(1000 * random()), floor(500 * random()), random() / 10
                from generate_series(0, %d - 1) i
                """.formatted(table, organization, first, time, count);
    }

    /** Each hour grouped by itself, and every sum used, or the planner leaves it out. */
    String bareHours(int many) {
        StringBuilder sql = new StringBuilder();
        for (int hour = hours - many; hour < hours; hour++) {
            sql.append(bare(
                    first.plus(hour, ChronoUnit.HOURS).toString(),
                    first.plus(hour + 1, ChronoUnit.HOURS).toString()));
        }
        return sql.toString();
    }

    private static String bare(String from, String until) {
        return bare("bench.usage_events where occurred_at >= '" + from + "' and occurred_at < '" + until + "'") + ";\n";
    }

    /** The groups of a table. */
    static String bare(String from) {
        return """
                select sum(n), sum(t), sum(e), sum(c) from (select organization_id, model_id, count(*) n,
                    sum(prompt_tokens + completion_tokens) t, count(*) filter (where status = 'error') e, sum(cost) c
                    from %s group by organization_id, model_id) g
                """.formatted(from);
    }

    /**
     * A project with one rollup of the name of its folder.
     *
     * @param grains as a definition has them
     * @param more lines of the definition
     */
    static Path project(Path folder, String grains, String source, String target, String more) throws IOException {
        String name = String.valueOf(folder.getFileName());
        Files.createDirectories(folder.resolve("migrations"));
        Files.writeString(folder.resolve("migrations/V1__nothing.sql"), "select 1;\n");
        Files.writeString(folder.resolve("lockkeeper.yaml"), """
                project: bench
                convention: flyway
                downs: optional
                analytics: {folder: analytics, schema: state_%s}
                """.formatted(name));
        Files.writeString(Files.createDirectory(folder.resolve("analytics")).resolve(name + ".yaml"), """
                version: 1
                rollups:
                  %s:
                    source: bench.%s
                    time: occurred_at
                    grains: %s
                    dimensions: [organization_id, model_id]
                    partition-by: organization_id
                    measures:
                      request_count: count
                      token_count: {sum: [prompt_tokens, completion_tokens]}
                      error_count: {count-if: {column: status, is: error}}
                      cost: {sum: cost}
                    target: bench.%s
                    columns: {grain: granularity, bucket: bucket_start, written: changed_at}
                %s""".formatted(
                        name, source, grains, target, more.indent(4)));
        return folder;
    }
}
