package dev.lockkeeper.analytics.adapter;

import dev.lockkeeper.analytics.definition.Grain;
import dev.lockkeeper.analytics.definition.Rollup;
import dev.lockkeeper.analytics.dialect.Aggregation;
import dev.lockkeeper.analytics.dialect.DuckDbDialect;
import dev.lockkeeper.analytics.dialect.PostgresDialect;
import dev.lockkeeper.analytics.dialect.Replacement;
import dev.lockkeeper.analytics.dialect.Span;
import dev.lockkeeper.analytics.state.Site;
import dev.lockkeeper.catalog.model.ObjectName;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An embedded DuckDB computes the groups: events come as a stream in the transaction that has taken the marks, and groups go back into the
 * target. When a folder is named, each bucket is also a Parquet file there. Not thread-safe.
 */
public final class DuckDbAdapter implements Adapter {
    private static final String TABLE = "staged";

    private final PostgresDialect postgres = new PostgresDialect();
    private final DuckDbDialect dialect = new DuckDbDialect();
    private final @Nullable ParquetFolder files;
    private @Nullable DuckDb engine;

    /**
     * Starts nothing: DuckDB is started by the first bucket.
     *
     * @param folder of the Parquet files; null for none
     */
    public DuckDbAdapter(@Nullable Path folder) {
        this.files = folder == null
                ? null
                : new ParquetFolder(folder.toAbsolutePath().normalize());
    }

    @Override
    public String name() {
        return dialect.name();
    }

    @Override
    public List<Problem> problems(Site site, Rollup rollup) {
        List<Problem> problems =
                new ArrayList<>(problems(site, rollup, rollup.source().name(), rollup.base()));
        if (rollup.grains().size() > 1 || files != null) {
            problems.addAll(problems(site, rollup, rollup.target().name(), null));
        }
        return problems;
    }

    private List<Problem> problems(Site site, Rollup rollup, ObjectName table, @Nullable Grain grain) {
        Map<String, ColumnKind> kinds = ColumnKind.of(site, table);
        List<String> names = grain == null ? held(rollup) : new Aggregation(rollup, dialect).columns(grain);
        List<Problem> problems = new ArrayList<>();
        List<String> seen = new ArrayList<>();
        for (String name : names) {
            ColumnKind kind = kinds.get(name);
            if (kind != null && (kind.kept() == null || (kind.isTime() && !isTime(rollup, name)))) {
                problems.add(unfit(
                        rollup,
                        "DuckDB keeps no values of column " + name + " of " + table + " as they are: its type is "
                                + kind.type()));
            }
            String folded = name.toLowerCase(Locale.ROOT);
            if (seen.contains(folded)) {
                problems.add(unfit(
                        rollup,
                        "column " + name + " of " + table
                                + " differs from another one by capitals alone, which is nothing to DuckDB"));
            }
            seen.add(folded);
        }
        return problems;
    }

    private static boolean isTime(Rollup rollup, String name) {
        return name.equals(rollup.time().name())
                || name.equals(rollup.columns().bucket().name());
    }

    private static Problem unfit(Rollup rollup, String message) {
        return Problem.of(Code.ANALYTICS_UNFIT, message)
                .at(rollup.place())
                .help(
                        "compute this rollup in the database: --adapter postgres; DuckDB keeps uuid, text, varchar, enums, whole"
                                + " numbers, boolean and numeric(P, S) of at most 38 digits");
    }

    @Override
    public String replace(Site site, Replacement replacement) {
        Rollup rollup = replacement.rollup();
        Grain grain = replacement.grain();
        Aggregation read = new Aggregation(rollup, postgres);
        List<ColumnKind> columns = columns(site, rollup, grain).stream()
                .filter(one -> !one.isTime())
                .toList();
        load(site, columns, read.rows(grain, replacement.span(), replacement.keys(), expressions(columns)));
        return postgres.replace(replacement, groups(rollup, grain, columns, false));
    }

    @Override
    public String groupsOf(Site site, Rollup rollup, Grain grain, String from) {
        List<ColumnKind> columns = columns(site, rollup, grain);
        load(site, columns, "select " + String.join(", ", expressions(columns)) + " from " + from + " t");
        return groups(rollup, grain, columns, true);
    }

    private List<ColumnKind> columns(Site site, Rollup rollup, Grain grain) {
        boolean events = rollup.below(grain).isEmpty();
        Map<String, ColumnKind> kinds = ColumnKind.of(
                site, events ? rollup.source().name() : rollup.target().name());
        return kinds(kinds, new Aggregation(rollup, dialect).columns(grain));
    }

    private static List<ColumnKind> kinds(Map<String, ColumnKind> kinds, List<String> names) {
        List<ColumnKind> columns = new ArrayList<>();
        for (String name : names) {
            ColumnKind kind = kinds.get(name);
            if (kind != null) {
                columns.add(kind);
            }
        }
        return columns;
    }

    /** In the types of the columns, whatever stands in for their table: the binary form of a value depends on it. */
    private List<String> expressions(List<ColumnKind> columns) {
        return columns.stream()
                .map(one -> "t." + postgres.identifier(one.name()) + "::" + one.type())
                .toList();
    }

    private DuckDb engine() {
        DuckDb open = engine;
        if (open == null) {
            open = DuckDb.open(files == null ? null : files.folder());
            engine = open;
        }
        return open;
    }

    /** As they come from the server: no more rows than DuckDB takes at once are in memory here. */
    private void load(Site site, List<ColumnKind> columns, String query) {
        engine().load(TABLE, columns, rows -> site.copy(query, rows));
    }

    private String groups(Rollup rollup, Grain grain, List<ColumnKind> columns, boolean byBucket) {
        ConstantRows groups = ConstantRows.ofGroups(rollup, grain, columns, byBucket);
        return groups.select(engine().query("select "
                + groups.names().stream()
                        .map(name -> name.equals("b") ? "epoch(b)::bigint::varchar" : name + "::varchar")
                        .collect(Collectors.joining(", "))
                + " from ("
                + new Aggregation(rollup, dialect).groupsOf(grain, "main." + TABLE, byBucket) + ") g"));
    }

    private static List<String> held(Rollup rollup) {
        List<String> names = new ArrayList<>(rollup.key());
        rollup.measures().forEach(one -> names.add(one.into()));
        return names;
    }

    @Override
    public boolean publishes() {
        return files != null;
    }

    @Override
    public void publish(Site site, Rollup rollup, Grain grain, Instant start) {
        if (files == null) {
            return;
        }
        List<ColumnKind> columns = kinds(ColumnKind.of(site, rollup.target().name()), held(rollup));
        load(
                site,
                columns,
                new Aggregation(rollup, postgres).rowsOfTarget(grain, Span.bucket(grain, start), expressions(columns)));
        // Spark reads no file with a column that is annotated as UUID
        String select = columns.stream()
                .map(one -> dialect.identifier(one.name())
                        + ("UUID".equals(one.kept()) ? "::varchar as " + dialect.identifier(one.name()) : ""))
                .collect(Collectors.joining(", "));
        boolean empty =
                "0".equals(engine().query("select count(*) from main." + TABLE).get(0)[0]);
        files.write(
                engine(),
                rollup.name(),
                grain,
                start,
                empty ? null : "select " + select + " from main." + TABLE + " order by all");
    }

    @Override
    public void close() {
        DuckDb open = engine;
        engine = null;
        if (open != null) {
            open.close();
        }
    }
}
