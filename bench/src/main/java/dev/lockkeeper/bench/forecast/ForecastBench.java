package dev.lockkeeper.bench.forecast;

import dev.lockkeeper.database.Session;
import dev.lockkeeper.embedded.EmbeddedPostgres;
import dev.lockkeeper.embedded.Options;
import dev.lockkeeper.forecast.Forecast;
import dev.lockkeeper.forecast.Forecaster;
import dev.lockkeeper.forecast.Rates;
import dev.lockkeeper.forecast.Sizes;
import dev.lockkeeper.rehearsal.Course;
import dev.lockkeeper.rehearsal.Databases;
import dev.lockkeeper.rehearsal.PlanRehearsal;
import dev.lockkeeper.rehearsal.RehearsalReport;
import dev.lockkeeper.source.Migration;
import dev.lockkeeper.source.Script;
import dev.lockkeeper.source.Version;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Prints how far forecasts are off: what statements were said to take on tables of known sizes, beside what they took. */
public final class ForecastBench {
    private static final String SCHEMA =
            "create schema shop; create table shop.customers (id int primary key, name text);"
                    + " create table shop.orders (id bigint primary key, customer int, total int, note text, body text);"
                    + " create index orders_customer on shop.orders (customer);"
                    + " create table shop.logs (id bigint, n int, line text);";

    private static final Map<String, String> STATEMENTS = new TreeMap<>(Map.of(
            "copy of a table without indexes", "alter table shop.logs alter n type bigint",
            "copy of a table with two indexes", "alter table shop.orders alter total type bigint",
            "index", "create index on shop.orders (total)",
            "unique index of two columns", "create unique index on shop.orders (customer, id)",
            "check of all rows", "alter table shop.orders add check (total >= 0)",
            "foreign key", "alter table shop.orders add foreign key (customer) references shop.customers",
            "not null", "alter table shop.orders alter customer set not null",
            "column with a default for each row", "alter table shop.logs add key uuid default gen_random_uuid()",
            "update of all rows", "update shop.logs set n = n + 1",
            "comment", "comment on table shop.orders is 'orders'"));

    private final EmbeddedPostgres server;

    private ForecastBench(EmbeddedPostgres server) {
        this.server = server;
    }

    /** Run in the root of the repository, after {@code package}; see docs/forecast.md. Arguments are numbers of rows. */
    public static void main(String[] arguments) {
        List<Long> sizes = arguments.length == 0
                ? List.of(100_000L, 1_000_000L)
                : List.of(arguments).stream().map(Long::valueOf).toList();
        try (EmbeddedPostgres server = EmbeddedPostgres.start(Options.version(18)
                .withBinaries(Path.of("embedded/target/binaries").toAbsolutePath()))) {
            ForecastBench bench = new ForecastBench(server);
            System.out.println("| statement | rows | forecast, ms | taken, ms | ratio |\n|---|---:|---:|---:|---:|");
            STATEMENTS.forEach((name, sql) -> sizes.forEach(rows -> bench.run(name, sql, rows)));
        }
    }

    private void run(String name, String sql, long rows) {
        Databases databases = Databases.of(server);
        String database = databases.create();
        try (Session session = Session.open(databases.target(database), "bench").unlimited()) {
            session.execute(SCHEMA);
            session.execute(String.format(
                    Locale.ROOT,
                    "insert into shop.customers select g, 'c' || g from generate_series(1, %1$d / 10) g;"
                            + " insert into shop.orders select g, g %% (%1$d / 10) + 1, g %% 1000, 'n' || g, repeat(md5(g::text), 4)"
                            + " from generate_series(1, %1$d) g;"
                            + " insert into shop.logs select g, g %% 100, repeat('x', 40) from generate_series(1, %1$d) g",
                    rows));
            session.alone("vacuum analyze");
            session.alone("checkpoint");
            @Nullable Double forecast = forecast(databases, session, sql);
            long start = System.nanoTime();
            session.execute(sql);
            double taken = (System.nanoTime() - start) / 1e6;
            System.out.printf(
                    Locale.ROOT,
                    "| %s | %,d | %.0f | %.0f | %.2f |%n",
                    name,
                    rows,
                    forecast == null ? -1 : forecast,
                    taken,
                    forecast == null ? -1 : (forecast + 1) / (taken + 1));
        } finally {
            databases.drop(database);
        }
    }

    private @Nullable Double forecast(Databases databases, Session live, String sql) {
        RehearsalReport report = new PlanRehearsal(databases, List.of(), List.of())
                .run(
                        List.of(new Course("main", List.of(migration(1, SCHEMA)), List.of(migration(2, sql)))),
                        seen -> {});
        String scratch = databases.create();
        try (Session session = Session.open(databases.target(scratch), "bench")) {
            List<Forecast> all = Forecaster.of(
                    report.migrations(), Rates.of(session), Sizes.of(live, Forecaster.tables(report.migrations())));
            return all.get(0).millis();
        } finally {
            databases.drop(scratch);
        }
    }

    private static Migration migration(int version, String sql) {
        return new Migration(
                Version.parse(Integer.toString(version)).orElseThrow(),
                "bench",
                Script.of("V" + version + ".sql", sql),
                null);
    }
}
