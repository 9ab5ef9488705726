package dev.lockkeeper.adopt;

import static dev.lockkeeper.adopt.HistoryReader.utc;

import dev.lockkeeper.history.ForeignTable;
import dev.lockkeeper.source.Migration;
import dev.lockkeeper.source.Migrations;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

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
    public Reading read(List<Row> rows, Migrations migrations) {
        return Reading.of(rows.stream()
                .map(row -> {
                    Migration migration = find(migrations, row).orElse(null);
                    Evidence evidence =
                            migration == null ? Evidence.none("") : Readers.digest(migration, "SHA-1", row.proof());
                    return new Claim(row.key() + " of project " + row.kind(), row, migration, evidence);
                })
                .toList());
    }

    private static Optional<Migration> find(Migrations migrations, Row row) {
        @Nullable String hash = row.proof();
        return migrations.all().stream()
                .filter(m -> hash != null && FileDigest.isOf(m, "SHA-1", hash))
                .findFirst()
                .or(() -> migrations.all().stream()
                        .filter(m -> words(m.description()).equals(words(row.key())))
                        .findFirst());
    }

    private static String words(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[_\\s-]+", " ");
    }
}
