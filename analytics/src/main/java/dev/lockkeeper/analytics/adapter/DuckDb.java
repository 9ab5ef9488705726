package dev.lockkeeper.analytics.adapter;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Properties;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBDriver;
import org.jspecify.annotations.Nullable;

/**
 * A DuckDB in memory: it asks no network, reads no file, and writes into one folder alone. What does not fit into memory goes into a folder
 * of its own that goes with it. Not thread-safe.
 */
final class DuckDb implements AutoCloseable {
    private static final String MEMORY = "1GB";

    private final DuckDBConnection connection;
    private final Path spill;

    private DuckDb(DuckDBConnection connection, Path spill) {
        this.connection = connection;
        this.spill = spill;
    }

    /** @throws dev.lockkeeper.problem.LockkeeperException {@code analytics-adapter} when it cannot be started */
    static DuckDb open(@Nullable Path writable) {
        Path spill = null;
        try {
            spill = Files.createTempDirectory("lockkeeper-duckdb");
            Properties settings = new Properties();
            settings.setProperty("autoinstall_known_extensions", "false");
            settings.setProperty("autoload_known_extensions", "false");
            settings.setProperty("temp_directory", spill.toString());
            settings.setProperty("memory_limit", MEMORY);
            DuckDb opened = new DuckDb((DuckDBConnection) new DuckDBDriver().connect("jdbc:duckdb:", settings), spill);
            if (writable != null) {
                opened.execute("set allowed_directories = [" + text(writable.toString()) + "]");
            }
            opened.execute("set enable_external_access = false");
            opened.execute("set TimeZone = 'UTC'");
            opened.execute("set lock_configuration = true");
            return opened;
        } catch (SQLException | IOException | LinkageError e) {
            if (spill != null) {
                remove(spill);
            }
            throw Problem.of(Code.ANALYTICS_ADAPTER, "DuckDB cannot be started")
                    .because(e instanceof NoClassDefFoundError ? "its library is not there" : reason(e))
                    .note("kept: all marks, and the sums as they were")
                    .help(
                            "see that duckdb_jdbc lies in lib beside lockkeeper.jar and that the folder for temporary files"
                                    + " takes programs, or compute in the database: --adapter postgres")
                    .asException(e);
        }
    }

    static String text(String value) {
        return "'" + value.replace("'", "''") + "'";
    }

    /** A statement that fails closes itself, so each gets its own. */
    void execute(String sql) {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    List<@Nullable String[]> query(String sql) {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            int width = result.getMetaData().getColumnCount();
            List<@Nullable String[]> rows = new ArrayList<>();
            while (result.next()) {
                @Nullable String[] row = new String[width];
                for (int i = 0; i < width; i++) {
                    row[i] = result.getString(i + 1);
                }
                rows.add(row);
            }
            return rows;
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    /**
     * Makes a table anew and fills it.
     *
     * @param source writes rows into what it is given, as the binary form of COPY has them, with these columns
     */
    void load(String table, List<ColumnKind> columns, Consumer<OutputStream> source) {
        List<String> definitions = new ArrayList<>();
        columns.forEach(one -> definitions.add("\"" + one.name().replace("\"", "\"\"") + "\" " + one.kept()));
        execute("create or replace table main." + table + " (" + String.join(", ", definitions) + ")");
        List<Cell> cells =
                columns.stream().map(one -> Cell.of(String.valueOf(one.kept()))).toList();
        try (DuckDBAppender appender = connection.createAppender("main", table)) {
            BinaryRows rows = new BinaryRows(cells, appender);
            source.accept(rows);
            Exception failure = rows.failure();
            if (failure != null) {
                throw failed(failure);
            }
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    /** What a value is to blame for is of one bucket; what the machine is, of all. */
    private static RuntimeException failed(Exception e) {
        if (e instanceof IllegalArgumentException || reason(e).matches("(Out of Range|Conversion) Error.*")) {
            return Problem.of(
                            Code.ANALYTICS_STOPPED, "DuckDB does not keep a value of these rows, or cannot add them up")
                    .because(reason(e))
                    .note("kept: its marks, and the sums as they were")
                    .help(
                            "see which events have NaN or a sum of more than 38 digits, or compute in the database: --adapter postgres")
                    .asException(e);
        }
        return Problem.of(Code.ANALYTICS_ADAPTER, "DuckDB could not compute a bucket or write its file")
                .because(reason(e))
                .note("kept: its marks, and the sums as they were")
                .help(
                        "make room on the disk, or compute in the database: --adapter postgres; the same command tries again")
                .asException(e);
    }

    private static String reason(Throwable e) {
        String message = String.valueOf(e.getMessage()).strip();
        int end = message.indexOf('\n');
        return end < 0 ? message : message.substring(0, end);
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            // what it held was a copy
        }
        remove(spill);
    }

    private static void remove(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException | UncheckedIOException e) {
            // a folder for temporary files is cleared by the machine as well
        }
    }
}
