package dev.lockkeeper.adopt;

import dev.lockkeeper.history.ForeignTable;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.source.Migration;
import dev.lockkeeper.source.Migrations;
import dev.lockkeeper.source.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** golang-migrate keeps one row: the current version, and whether it failed. Everything up to it counts as applied. Below
 * the first version it keeps -1, and only when it failed. */
final class GolangMigrateReader implements HistoryReader {
    @Override
    public String query(ForeignTable table) {
        return "select version, null, null, 0, not dirty, null, null from " + table.qualified()
                + " where version >= 0 or dirty";
    }

    @Override
    public Reading read(List<Row> rows, Migrations migrations) {
        List<Claim> claims = new ArrayList<>();
        List<Problem> problems = new ArrayList<>();
        for (Row row : rows) {
            Optional<Version> current = Version.parse(row.key());
            if (current.isEmpty()) {
                problems.add(Problem.of(
                                Code.OTHER_TOOL_FAILED, "golang-migrate did not finish taking back its first migration")
                        .help("bring it to its end with golang-migrate, or by hand, and empty its table"));
                continue;
            }
            // the failed version itself may hold anything, those before it are done
            Row done = new Row(row.key(), null, null, 0, true, null, "");
            for (Migration migration : migrations.all()) {
                if (migration.version().compareTo(current.get()) < 0) {
                    claims.add(new Claim(migration.version().toString(), done, migration, why(row)));
                }
            }
            claims.add(
                    new Claim(row.key(), row, current.flatMap(migrations::find).orElse(null), why(row)));
        }
        return new Reading(claims, List.of(), problems);
    }

    private static Evidence why(Row row) {
        return Evidence.none("golang-migrate keeps only the current version, " + row.key());
    }
}
