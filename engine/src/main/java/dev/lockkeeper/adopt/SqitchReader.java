package dev.lockkeeper.adopt;

import static dev.lockkeeper.adopt.HistoryReader.utc;

import dev.lockkeeper.history.ForeignTable;
import dev.lockkeeper.source.Migration;
import dev.lockkeeper.source.Migrations;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Sqitch names changes and keeps their order in a plan, where conventions of Lockkeeper number files. A change is known
 * again by the SHA-1 of its deploy script, wherever it lies now, else by its name.
 */
final class SqitchReader implements HistoryReader {
    @Override
    public String query(ForeignTable table) {
        return "select change, " + utc(table, "committed_at") + ", committer_name, 0, true, script_hash, project from "
                + table.qualified() + " order by committed_at";
    }

    @Override
    public Reading read(List<Row> all, Migrations migrations) {
        // one record may hold several projects, whose changes may have the same names and scripts
        String own = migrations.project();
        List<Row> rows = all.stream()
                .filter(row -> own == null || own.equals(row.kind()))
                .toList();
        List<String> leftOut = all.stream()
                .filter(row -> !rows.contains(row))
                .map(row -> "the changes of project " + row.kind() + ": sqitch.plan names another")
                .distinct()
                .toList();
        Map<String, List<Migration>> byHash = new HashMap<>();
        for (Migration migration : migrations.all()) {
            FileDigest.of(migration, "SHA-1")
                    .forEach(hash ->
                            byHash.computeIfAbsent(hash, h -> new ArrayList<>()).add(migration));
        }
        Reading reading = Reading.of(rows.stream()
                .map(row -> {
                    Migration migration = find(migrations, byHash, row).orElse(null);
                    Evidence evidence =
                            migration == null ? Evidence.none("") : Readers.digest(migration, "SHA-1", row.proof());
                    return new Claim(row.key() + " of project " + row.kind(), row, migration, evidence);
                })
                .toList());
        return reading.and(leftOut);
    }

    /** Scripts may be alike, names may have changed: both together say most. */
    private static Optional<Migration> find(Migrations migrations, Map<String, List<Migration>> byHash, Row row) {
        List<Migration> same = byHash.getOrDefault(String.valueOf(row.proof()), List.of());
        Predicate<Migration> named = m -> words(m.description()).equals(words(row.key()));
        return same.stream()
                .filter(named)
                .findFirst()
                .or(() -> same.stream().findFirst())
                .or(() -> migrations.all().stream().filter(named).findFirst());
    }

    private static String words(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[_\\s-]+", " ");
    }
}
