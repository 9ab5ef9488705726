package dev.lockkeeper.adopt;

import static dev.lockkeeper.adopt.HistoryReader.utc;

import dev.lockkeeper.history.ForeignTable;
import dev.lockkeeper.source.Migration;
import dev.lockkeeper.source.Migrations;
import dev.lockkeeper.source.Version;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Flyway keeps every event: the last one of a version tells whether it is applied. */
final class FlywayReader implements HistoryReader {
    @Override
    public String query(ForeignTable table) {
        return "select coalesce(version, script), " + utc(table, "installed_on")
                + ", installed_by, execution_time::bigint,"
                + " success, checksum, case when version is not null or type = 'SCHEMA' then type"
                + " else 'R' end from " + table.qualified()
                + " order by installed_rank";
    }

    @Override
    public Reading read(List<Row> rows, Migrations migrations) {
        Map<String, Claim> claims = new LinkedHashMap<>();
        List<String> leftOut = new ArrayList<>();
        for (Row row : rows) {
            switch (row.kind()) {
                case "SCHEMA" -> {}
                case "R" -> leftOut.add(row.key() + ": it runs again with the next apply");
                case "DELETE" -> claims.remove(row.key());
                case "BASELINE", "SQL_BASELINE" -> baseline(row, migrations, claims);
                default -> {
                    // a version that is applied again comes after those that came between
                    claims.remove(row.key());
                    if (!row.kind().startsWith("UNDO") || !row.succeeded()) {
                        claims.put(row.key(), claim(row, migrations));
                    }
                }
            }
        }
        return new Reading(
                List.copyOf(claims.values()), leftOut.stream().distinct().toList(), List.of());
    }

    private static Claim claim(Row row, Migrations migrations) {
        Migration migration = RowReader.byVersion(migrations, row.key()).orElse(null);
        Evidence evidence = migration == null ? Evidence.none("") : check(row.kind(), migration, row.proof());
        return new Claim(row.key(), row, migration, evidence);
    }

    private static Evidence check(String kind, Migration migration, @Nullable String checksum) {
        if (!kind.equals("SQL") || checksum == null) {
            return Evidence.none("Flyway ran it as " + kind + " and keeps no checksum of a script");
        }
        int computed = FileDigest.crc32OfLines(migration.up().fileText());
        return Evidence.of(checksum.equals(Integer.toString(computed)), "CRC32 of its lines");
    }

    /** Flyway never runs what is not newer than a baseline. */
    private static void baseline(Row row, Migrations migrations, Map<String, Claim> claims) {
        Optional<Version> to = Version.parse(row.key());
        for (Migration migration : migrations.all()) {
            if (to.isPresent() && migration.version().compareTo(to.get()) <= 0) {
                claims.putIfAbsent(
                        migration.version().toString(),
                        new Claim(
                                migration.version().toString(),
                                row,
                                migration,
                                Evidence.none("not newer than Flyway's baseline " + row.key())));
            }
        }
    }
}
