package dev.lockkeeper.adopt;

import static dev.lockkeeper.adopt.HistoryReader.utc;

import dev.lockkeeper.database.Session;
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

    /**
     * Flyway puts its default schema, where its table lies, in front of the search_path of its scripts. What a session begins with is the
     * reset value of the setting: our own statements have another one.
     */
    @Override
    public List<String> undone(Session session, ForeignTable table) {
        String first =
                "select n.nspname from (select reset_val from pg_catalog.pg_settings where name = 'search_path') s,"
                        + " pg_catalog.string_to_table(s.reset_val, ',') with ordinality u (entry, place),"
                        + " pg_catalog.btrim(u.entry) e (entry) join pg_catalog.pg_namespace n on n.nspname = case"
                        + " when e.entry in ('\"$user\"', '$user') then session_user"
                        + " when e.entry like '\"%' then pg_catalog.replace(pg_catalog.btrim(e.entry, '\"'), '\"\"', '\"')"
                        + " else pg_catalog.lower(e.entry) end"
                        + " where pg_catalog.has_schema_privilege(n.oid, 'usage') order by u.place limit 1";
        String begins = session.query(first).stream()
                .map(row -> String.valueOf(row[0]))
                .findFirst()
                .orElse("");
        return begins.equals(table.schema())
                ? List.of()
                : List.of("search_path: Flyway ran its scripts with " + table.schema()
                        + " in front; as this user, new tables without a schema go to "
                        + (begins.isEmpty() ? "none" : begins) + "; add ?options=-csearch_path%3D" + table.schema()
                        + " to the address, or alter role ... set search_path");
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
