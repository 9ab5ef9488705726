package dev.lockkeeper.adopt;

import dev.lockkeeper.history.ForeignTable;
import dev.lockkeeper.source.Migration;
import dev.lockkeeper.source.Migrations;
import dev.lockkeeper.source.Version;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A history in which each row is one applied migration.
 *
 * @param select makes the query
 * @param finder finds the migration that a key names
 * @param check compares a migration with the proof of its row
 */
record RowReader(
        Function<ForeignTable, String> select, BiFunction<Migrations, String, Optional<Migration>> finder, Check check)
        implements HistoryReader {
    /** Compares a migration with what the tool keeps of it. */
    @FunctionalInterface
    interface Check {
        Evidence of(Migration migration, @Nullable String proof);
    }

    @Override
    public String query(ForeignTable table) {
        return select.apply(table);
    }

    @Override
    public Reading read(List<Row> rows, Migrations migrations) {
        return Reading.of(rows.stream()
                .map(row -> {
                    Migration migration = finder.apply(migrations, row.key()).orElse(null);
                    Evidence evidence = migration == null ? Evidence.none("") : check.of(migration, row.proof());
                    return new Claim(row.key(), row, migration, evidence);
                })
                .toList());
    }

    static Optional<Migration> byVersion(Migrations migrations, String key) {
        return Version.parse(key).flatMap(migrations::find);
    }

    /** By the name of the file or of the folder that holds its scripts; where several have it, by both. */
    static Optional<Migration> byFile(Migrations migrations, String key) {
        Path wanted = Path.of(key);
        List<Migration> named = migrations.all().stream()
                .filter(m -> {
                    Path file = Path.of(m.up().file());
                    return name(wanted).equals(name(file)) || name(wanted).equals(name(file.getParent()));
                })
                .toList();
        return named.size() <= 1
                ? named.stream().findFirst()
                : named.stream()
                        .filter(m -> name(Path.of(m.up().file()).getParent()).equals(name(wanted.getParent())))
                        .findFirst();
    }

    private static String name(@Nullable Path path) {
        return path == null ? "" : String.valueOf(path.getFileName());
    }
}
