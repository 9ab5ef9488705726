package dev.lockkeeper.analytics.adapter;

import static dev.lockkeeper.database.Quote.identifier;

import dev.lockkeeper.analytics.state.Site;
import dev.lockkeeper.catalog.model.ObjectName;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.report.Json;
import dev.lockkeeper.stewardship.retention.Vault;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.duckdb.DuckDBDriver;
import org.jspecify.annotations.Nullable;

/**
 * Writes all rows of a table into a Parquet file by DuckDB, reads them again, and compares them with those of the table: their number and the
 * sum of their digests, each made of all values. Beside the file are its SHA-256 and a description of its columns. In a transaction that keeps
 * others from changing the table; it sees all rows or fails.
 */
public final class ParquetArchive {
    private static final String TABLE = "archived";

    private final Site site;
    private final ObjectName table;
    private final List<ArchivedColumn> columns;
    private final List<String> names;

    private ParquetArchive(Site site, ObjectName table, List<ArchivedColumn> columns) {
        this.site = site;
        this.table = table;
        this.columns = columns;
        this.names = names(columns);
    }

    /** Whether DuckDB is among the libraries. */
    public static boolean isThere() {
        try {
            return !DuckDBDriver.class.getName().isEmpty();
        } catch (NoClassDefFoundError e) {
            return false;
        }
    }

    /**
     * Writes the file.
     *
     * @param site whose transaction is open
     * @param name of the file, as it is called when it is kept
     * @throws dev.lockkeeper.problem.LockkeeperException {@code analytics-adapter} when DuckDB fails, {@code analytics-partitions} when the file
     *     does not hold what the table does, {@code retention-stopped} when the folder cannot be written
     */
    public static Vault.Written write(Site site, ObjectName table, Vault vault, String name) {
        // a row that a policy hides is an error, whoever reads the sums
        Site all = site.owner();
        ParquetArchive archive = new ParquetArchive(all, table, columns(all, table));
        Vault.Written written = vault.make(name, archive::make);
        vault.beside(name + ".json", archive.description(written));
        vault.beside(name + ".sha256", written.sha256() + "  " + name + "\n");
        return written;
    }

    private static List<ArchivedColumn> columns(Site site, ObjectName table) {
        List<ColumnKind> kinds = List.copyOf(ColumnKind.of(site, table).values());
        List<@Nullable String> conditions = new ArrayList<>();
        kinds.forEach(one -> conditions.add(ArchivedColumn.special(one, "t." + identifier(one.name()))));
        @Nullable
        String[] special = site.query("select count(*)"
                        + conditions.stream()
                                .map(one -> one == null ? ", false" : ", coalesce(bool_or(" + one + "), false)")
                                .collect(Collectors.joining())
                        + " from " + table.quoted() + " t")
                .get(0);
        return IntStream.range(0, kinds.size())
                .mapToObj(i -> ArchivedColumn.of(kinds.get(i), "t".equals(special[i + 1])))
                .toList();
    }

    /** To DuckDB, and to most that read its files, names are the same in capitals and in small letters. */
    private static List<String> names(List<ArchivedColumn> columns) {
        Set<String> taken = new HashSet<>();
        columns.forEach(one -> taken.add(one.column().name()));
        Set<String> folded = new HashSet<>();
        List<String> names = new ArrayList<>();
        for (ArchivedColumn one : columns) {
            String name = one.column().name();
            for (int i = 2; folded.contains(name.toLowerCase(Locale.ROOT)); i++) {
                String next = one.column().name() + "_" + i;
                name = taken.contains(next) ? name : next;
            }
            folded.add(name.toLowerCase(Locale.ROOT));
            names.add(name);
        }
        return names;
    }

    private long make(Path file) {
        try (DuckDb engine = DuckDb.open(file.toAbsolutePath().getParent())) {
            List<ColumnKind> staged = IntStream.range(0, columns.size())
                    .mapToObj(i ->
                            new ColumnKind("c" + i, "", "", -1, columns.get(i).kept()))
                    .toList();
            String query = "select "
                    + columns.stream().map(one -> value(one) + one.cast()).collect(Collectors.joining(", "))
                    + " from " + table.quoted() + " t";
            engine.load(TABLE, staged, rows -> site.copy(query, rows));
            String path = DuckDb.text(file.toAbsolutePath().toString());
            engine.execute("copy (select "
                    + IntStream.range(0, names.size())
                            .mapToObj(i -> "c" + i + " as " + quoted(names.get(i)))
                            .collect(Collectors.joining(", "))
                    + " from main." + TABLE + ") to " + path
                    + " (format parquet, compression zstd, use_tmp_file false)");
            List<Integer> all = IntStream.range(0, columns.size()).boxed().toList();
            @Nullable String[] there = ofFile(engine, path, all);
            requireSame(
                    ofTable(all),
                    there,
                    () -> all.stream()
                            .filter(one ->
                                    !java.util.Arrays.equals(ofTable(List.of(one)), ofFile(engine, path, List.of(one))))
                            .map(names::get)
                            .toList());
            requireSameNumbers(engine, path);
            return Long.parseLong(String.valueOf(there[0]));
        }
    }

    private @Nullable String[] ofTable(List<Integer> which) {
        return site.query(digest(which, false) + " from " + table.quoted() + " t")
                .get(0);
    }

    private @Nullable String[] ofFile(DuckDb engine, String path, List<Integer> which) {
        return engine.query(digest(which, true) + " from read_parquet(" + path + ") t")
                .get(0);
    }

    private static String value(ArchivedColumn one) {
        return "t." + identifier(one.column().name());
    }

    private static String quoted(String name) {
        return "\"" + name.replace("\"", "\"\"") + "\"";
    }

    /** How many rows, and the sum of what they digest to, which no order changes. */
    private String digest(List<Integer> which, boolean ofFile) {
        List<String> parts = new ArrayList<>();
        for (int i : which) {
            ArchivedColumn one = columns.get(i);
            String canon = ofFile ? one.canonOfFile() : one.canon();
            if (canon != null) {
                String value = ofFile ? "t." + quoted(names.get(i)) : value(one);
                parts.add("coalesce('1' || " + canon.formatted(value) + ", '0')");
            }
        }
        String row = parts.isEmpty() ? "''" : String.join(" || chr(31) || ", parts);
        // 15 digits of base 16 are a bigint, and the sum of these is a number without a limit
        return ofFile
                ? "select count(*)::varchar, coalesce(sum(('0x' || left(sha256(" + row + "), 15))::bigint), 0)::varchar"
                : "select count(*)::text, coalesce(sum(('x' || left(encode(sha256(convert_to(" + row
                        + ", 'UTF8')), 'hex'), 15))::bit(60)::bigint), 0)::text";
    }

    private void requireSame(@Nullable String[] here, @Nullable String[] there, Supplier<List<String>> differing) {
        if (!java.util.Arrays.equals(here, there)) {
            throw Problem.of(
                            Code.ANALYTICS_PARTITIONS,
                            "the Parquet file of partition " + table + " does not hold what the partition does")
                    .because(
                            Objects.equals(here[0], there[0])
                                    ? "values differ in " + String.join(", ", differing.get())
                                    : "the partition has " + here[0] + " rows, and the file " + there[0])
                    .note("kept: the partition with all its rows, as a table of its own")
                    .help("with archive: json in the definition rows are written as lines instead")
                    .asException();
        }
    }

    /** Floating numbers are compared bit by bit with what came from the server. */
    private void requireSameNumbers(DuckDb engine, String path) {
        List<String> here = new ArrayList<>(List.of("count(*)"));
        List<String> there = new ArrayList<>(List.of("count(*)"));
        List<String> floating = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).canon() == null) {
                here.add("sum(hash(c" + i + "))");
                there.add("sum(hash(" + quoted(names.get(i)) + "))");
                floating.add(names.get(i));
            }
        }
        requireSame(
                engine.query("select " + String.join(", ", here) + " from main." + TABLE)
                        .get(0),
                engine.query("select " + String.join(", ", there) + " from read_parquet(" + path + ")")
                        .get(0),
                () -> floating);
    }

    private String description(Vault.Written written) {
        return Json.object(
                        "lockkeeper/partition-file/v1",
                        json -> json.put("table", table.toString())
                                .put("file", written.name())
                                .put("sha256", written.sha256())
                                .put("rows", written.rows())
                                .array(
                                        "columns",
                                        IntStream.range(0, columns.size())
                                                .boxed()
                                                .toList(),
                                        (j, i) -> j.put(
                                                        "column",
                                                        columns.get(i).column().name())
                                                .put("name", names.get(i))
                                                .put(
                                                        "type",
                                                        columns.get(i).column().type())
                                                .put("kept", columns.get(i).kept())))
                + "\n";
    }
}
