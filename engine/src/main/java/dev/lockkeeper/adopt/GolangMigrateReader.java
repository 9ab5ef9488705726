package dev.lockkeeper.adopt;

import dev.lockkeeper.history.ForeignTable;
import dev.lockkeeper.source.Migration;
import dev.lockkeeper.source.Migrations;
import dev.lockkeeper.source.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** golang-migrate keeps one row: the current version, and whether it failed. Everything up to it counts as applied. */
final class GolangMigrateReader implements HistoryReader {
    @Override
    public String query(ForeignTable table) {
        return "select version, null, null, 0, not dirty, null, null from " + table.qualified() + " where version >= 0";
    }

    @Override
    public Reading read(List<Row> rows, Migrations migrations) {
        List<Claim> claims = new ArrayList<>();
        for (Row row : rows) {
            Optional<Version> current = Version.parse(row.key());
            // the failed version itself may hold anything, those before it are done
            Row done = new Row(row.key(), null, null, 0, true, null, "");
            for (Migration migration : migrations.all()) {
                if (current.isPresent() && migration.version().compareTo(current.get()) < 0) {
                    claims.add(new Claim(migration.version().toString(), done, migration, why(row)));
                }
            }
            claims.add(
                    new Claim(row.key(), row, current.flatMap(migrations::find).orElse(null), why(row)));
        }
        return Reading.of(claims);
    }

    private static Evidence why(Row row) {
        return Evidence.none("golang-migrate keeps only the current version, " + row.key());
    }
}
