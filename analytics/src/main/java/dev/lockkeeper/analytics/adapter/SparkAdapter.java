package dev.lockkeeper.analytics.adapter;

import static dev.lockkeeper.database.Quote.literal;

import dev.lockkeeper.analytics.definition.Grain;
import dev.lockkeeper.analytics.definition.Rollup;
import dev.lockkeeper.analytics.dialect.Aggregation;
import dev.lockkeeper.analytics.dialect.PostgresDialect;
import dev.lockkeeper.analytics.dialect.Replacement;
import dev.lockkeeper.analytics.dialect.Span;
import dev.lockkeeper.analytics.dialect.SparkDialect;
import dev.lockkeeper.analytics.state.Site;
import dev.lockkeeper.catalog.model.ObjectName;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.SparkSettings;
import dev.lockkeeper.project.Target;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Spark computes the groups, in a process of its own or on the cluster that this process asks: it reads events by several connections in one
 * snapshot, and groups go back into the target. Before the transaction ends that has taken the marks, each day that has changed becomes a
 * partition of an Iceberg table, in one snapshot for each. Not thread-safe.
 */
public final class SparkAdapter implements Adapter {
    /** The tables of the catalog, which a migration makes. */
    private static final List<String> CATALOG = List.of("iceberg_tables", "iceberg_namespace_properties");

    private static final String CURSOR = "lockkeeper_day";
    private static final int FETCH = 10_000;

    /** The time of a row on its way, by which connections share the rows. */
    private static final String TIME = "t0";

    /** A partition of the table that is to be written. */
    private record Day(Rollup rollup, Grain grain, Instant start) {}

    private final PostgresDialect postgres = new PostgresDialect();
    private final SparkDialect dialect = new SparkDialect();
    private final SparkSettings settings;
    private final Target target;
    private final Set<Day> changed = new LinkedHashSet<>();
    private @Nullable SparkProcess process;

    /** Starts nothing: Spark is started by the first bucket. */
    public SparkAdapter(SparkSettings settings, Target target) {
        this.settings = settings;
        this.target = target;
    }

    @Override
    public String name() {
        return "spark-iceberg";
    }

    @Override
    public List<Problem> problems(Site site, Rollup rollup) {
        List<Problem> problems = new ArrayList<>();
        SparkLaunch.problem(settings).ifPresent(problems::add);
        new SparkAddress(target, site.role()).problem().ifPresent(problems::add);
        CATALOG.stream()
                .filter(table ->
                        !"t".equals(site.value("select to_regclass(" + literal(site.table(table)) + ") is not null")))
                .findFirst()
                .map(
                        table -> Problem.of(
                                        Code.ANALYTICS_UNFIT,
                                        "table " + new ObjectName(site.schema().name(), table)
                                                + " is not there, in which Iceberg keeps what tables it has")
                                .at(rollup.place())
                                .help(
                                        "make a migration of what this prints, and apply it: lockkeeper analytics script --catalog"))
                .ifPresent(problems::add);
        Aggregation aggregation = new Aggregation(rollup, dialect);
        problems.addAll(unfit(site, rollup, rollup.source().name(), aggregation.columns(rollup.base())));
        problems.addAll(unfit(site, rollup, rollup.target().name(), held(rollup)));
        return problems;
    }

    private static List<Problem> unfit(Site site, Rollup rollup, ObjectName table, List<String> names) {
        Map<String, ColumnKind> kinds = ColumnKind.of(site, table);
        return names.stream()
                .map(kinds::get)
                .filter(kind ->
                        kind != null && (SparkColumn.type(kind) == null || (kind.isTime() && !isTime(rollup, kind))))
                .map(kind -> Problem.of(
                                Code.ANALYTICS_UNFIT,
                                "Spark keeps no values of column " + kind.name() + " of " + table
                                        + " as they are: its type is " + kind.type())
                        .at(rollup.place())
                        .help(
                                "compute this rollup in the database: --adapter postgres; Spark keeps uuid, text, varchar, enums,"
                                        + " whole numbers, boolean and numeric(P, S) of at most 38 digits"))
                .toList();
    }

    private static boolean isTime(Rollup rollup, ColumnKind kind) {
        return kind.name().equals(rollup.time().name())
                || kind.name().equals(rollup.columns().bucket().name());
    }

    private static List<String> held(Rollup rollup) {
        List<String> names = new ArrayList<>(rollup.key());
        rollup.measures().forEach(one -> names.add(one.into()));
        return names;
    }

    @Override
    public String replace(Site site, Replacement replacement) {
        Rollup rollup = replacement.rollup();
        Grain grain = replacement.grain();
        List<SparkColumn> all = columns(site, rollup, grain);
        List<SparkColumn> columns =
                all.stream().filter(one -> !one.kind().isTime()).toList();
        List<String> read = new ArrayList<>(expressions(columns));
        all.stream()
                .filter(one -> one.kind().isTime())
                .forEach(one -> read.add("t." + postgres.identifier(one.kind().name()) + " as " + TIME));
        String query = new Aggregation(rollup, postgres).rows(grain, replacement.span(), replacement.keys(), read);
        List<String> parts = parts(replacement.span()).stream()
                .map(span -> postgres.within(TIME, span))
                .toList();
        return postgres.replace(replacement, groups(site, rollup, grain, columns, query, parts));
    }

    @Override
    public String groupsOf(Site site, Rollup rollup, Grain grain, String from) {
        List<SparkColumn> columns = columns(site, rollup, grain);
        String query = "select " + String.join(", ", expressions(columns)) + " from " + from + " t";
        return groups(site, rollup, grain, columns, query, List.of());
    }

    /** As many as connections may read at once. */
    private List<Span> parts(Span whole) {
        Duration length = Duration.between(whole.from(), whole.to()).dividedBy(settings.readers());
        List<Span> parts = new ArrayList<>();
        Instant from = whole.from();
        for (int i = 1; i < settings.readers(); i++) {
            parts.add(new Span(from, from.plus(length)));
            from = from.plus(length);
        }
        parts.add(new Span(from, whole.to()));
        return parts;
    }

    private List<SparkColumn> columns(Site site, Rollup rollup, Grain grain) {
        boolean events = rollup.below(grain).isEmpty();
        return columns(
                ColumnKind.of(
                        site, events ? rollup.source().name() : rollup.target().name()),
                new Aggregation(rollup, dialect).columns(grain));
    }

    private static List<SparkColumn> columns(Map<String, ColumnKind> kinds, List<String> names) {
        List<SparkColumn> columns = new ArrayList<>();
        for (String name : names) {
            ColumnKind kind = kinds.get(name);
            if (kind != null) {
                columns.add(new SparkColumn(kind, "c" + (columns.size() + 1)));
            }
        }
        return columns;
    }

    private List<String> expressions(List<SparkColumn> columns) {
        // a rollup that only counts reads no column at all, and Spark wants one
        return columns.isEmpty()
                ? List.of("true as c0")
                : columns.stream()
                        .map(one ->
                                one.read("t." + postgres.identifier(one.kind().name())))
                        .toList();
    }

    private SparkProcess process(Site site) {
        SparkProcess open = process;
        if (open != null && open.isBroken()) {
            close();
            open = null;
        }
        if (open == null) {
            SparkAddress address = new SparkAddress(target, site.role());
            open = SparkProcess.start(
                    settings,
                    SparkRequest.line(
                            "start",
                            request -> request.put("url", address.url())
                                    .all("properties", address.properties())
                                    .all(
                                            "conf",
                                            new SparkConf(
                                                            settings,
                                                            address,
                                                            site.schema().name())
                                                    .all())));
            process = open;
        }
        return open;
    }

    /**
     * The groups as constants that PostgreSQL reads, in the types that it would have given them itself.
     *
     * @param query of the rows that they are made of
     * @param parts conditions, one for each connection that reads; none for the rows of a test
     */
    private String groups(
            Site site, Rollup rollup, Grain grain, List<SparkColumn> columns, String query, List<String> parts) {
        // those of a test are of any bucket, and stand in the query
        boolean byBucket = parts.isEmpty();
        ConstantRows groups = ConstantRows.ofGroups(
                rollup, grain, columns.stream().map(SparkColumn::kind).toList(), byBucket);
        String sql = "select "
                + groups.names().stream()
                        .map(name -> "cast(" + (name.equals("b") ? "unix_seconds(b)" : name) + " as string)")
                        .collect(Collectors.joining(", "))
                + " from (" + new Aggregation(rollup, dialect).groupsOf(grain, "staged", byBucket) + ") g";
        String typed = "select "
                + (columns.isEmpty()
                        ? "c0"
                        : columns.stream().map(SparkColumn::staged).collect(Collectors.joining(", ")))
                + " from raw_rows";
        // a transaction that only reads has none
        String transaction = byBucket ? null : site.value("select pg_current_xact_id()::text");
        return groups.select(process(site)
                .ask(SparkRequest.line(
                        "compute",
                        request -> request.put("transaction", transaction)
                                .put("query", query)
                                .texts("parts", parts)
                                .put("typed", typed)
                                .put("sql", sql))));
    }

    @Override
    public void publish(Site site, Rollup rollup, Grain grain, Instant start) {
        changed.add(new Day(rollup, grain, Grain.DAY.start(start)));
    }

    @Override
    public void settle(Site site) {
        for (Day day : changed) {
            write(site, day);
        }
        changed.clear();
    }

    /** All of a day as the target has it, so that what another adapter has computed of it comes along. */
    private void write(Site site, Day day) {
        Rollup rollup = day.rollup();
        List<SparkColumn> columns = columns(ColumnKind.of(site, rollup.target().name()), held(rollup));
        SparkTable table = new SparkTable(settings.warehouse(), rollup, columns);
        Span span = Span.bucket(Grain.DAY, day.start());
        SparkProcess worker = process(site);
        String transaction = site.value("select pg_current_xact_id()::text");
        worker.send(SparkRequest.line(
                "publish",
                request -> request.put("transaction", transaction)
                        .put("table", table.name())
                        .texts("prepare", table.prepare())
                        .texts("columns", table.types())
                        .put("condition", table.condition(day.grain(), span))
                        .put("typed", table.written())
                        .texts("held", table.held())));
        List<String> read = columns.stream()
                .map(one ->
                        text(one.kind(), "t." + postgres.identifier(one.kind().name())))
                .toList();
        site.execute("declare " + CURSOR + " no scroll cursor for "
                + new Aggregation(rollup, postgres).rowsOfTarget(day.grain(), span, read));
        for (List<@Nullable String[]> rows = fetch(site); !rows.isEmpty(); rows = fetch(site)) {
            for (@Nullable String[] row : rows) {
                worker.send(SparkRequest.row(row));
            }
        }
        site.execute("close " + CURSOR);
        worker.send("{}");
        worker.answer();
    }

    private static List<@Nullable String[]> fetch(Site site) {
        return site.query("fetch forward " + FETCH + " from " + CURSOR);
    }

    @Override
    public void close() {
        SparkProcess open = process;
        process = null;
        if (open != null) {
            open.close();
        }
    }

    /** Times as microseconds, which no time zone or style touches. */
    private static String text(ColumnKind kind, String column) {
        return kind.isTime() ? "(extract(epoch from " + column + ") * 1000000)::bigint::text" : column + "::text";
    }
}
