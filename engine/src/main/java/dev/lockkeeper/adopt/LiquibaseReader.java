package dev.lockkeeper.adopt;

import static dev.lockkeeper.adopt.HistoryReader.utc;

import dev.lockkeeper.history.ForeignTable;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.source.Migration;
import dev.lockkeeper.source.Migrations;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Liquibase keeps changesets; a file of SQL is one migration, applied when all its changesets are. */
final class LiquibaseReader implements HistoryReader {
    private static final Pattern HEADER = Pattern.compile("(?mi)^\\s*--\\s*liquibase formatted sql");
    private static final Pattern CHANGESET =
            Pattern.compile("(?mi)^\\s*--\\s*changeset\\s+(?:\"([^\"]+)\"|([^\\s:\"]+)):(?:\"([^\"]+)\"|(\\S+))");

    @Override
    public String query(ForeignTable table) {
        return "select filename, " + utc(table, "dateexecuted") + ", null, 0, exectype in ('EXECUTED', 'RERAN',"
                + " 'MARK_RAN'), null, author || ':' || id from " + table.qualified() + " order by orderexecuted";
    }

    @Override
    public Reading read(List<Row> rows, Migrations migrations) {
        Map<String, List<Row>> files = new LinkedHashMap<>();
        rows.forEach(
                row -> files.computeIfAbsent(row.key(), f -> new ArrayList<>()).add(row));
        List<Claim> claims = new ArrayList<>();
        List<Problem> problems = new ArrayList<>();
        files.forEach((file, changesets) -> {
            if (file.toLowerCase(Locale.ROOT).endsWith(".sql")) {
                Migration migration = RowReader.byFile(migrations, file).orElse(null);
                Row last = changesets.get(changesets.size() - 1);
                if (migration != null) {
                    problems.addAll(compare(migration, changesets));
                }
                claims.add(new Claim(file, failed(changesets, last), migration, why(changesets.size())));
            } else {
                problems.add(notSql(file, changesets.size()));
            }
        });
        return new Reading(claims, List.of(), problems);
    }

    private static Row failed(List<Row> changesets, Row last) {
        return changesets.stream().filter(r -> !r.succeeded()).findFirst().orElse(last);
    }

    private static Evidence why(int changesets) {
        return Evidence.none((changesets == 1 ? "its changeset is" : "its " + changesets + " changesets are")
                + " applied; Liquibase's MD5 is not checked");
    }

    /** A file that is not formatted is one changeset, of whatever name the change log that includes it gives. */
    private static List<Problem> compare(Migration migration, List<Row> changesets) {
        String text = migration.up().fileText();
        if (!HEADER.matcher(text).find()) {
            return List.of();
        }
        Set<String> written = new LinkedHashSet<>();
        Matcher mark = CHANGESET.matcher(text);
        while (mark.find()) {
            written.add((mark.group(1) != null ? mark.group(1) : mark.group(2)) + ":"
                    + (mark.group(3) != null ? mark.group(3) : mark.group(4)));
        }
        Set<String> applied = changesets.stream().map(Row::kind).collect(Collectors.toCollection(LinkedHashSet::new));
        Place place = Place.of(migration.up().file());
        List<Problem> problems = new ArrayList<>();
        applied.stream()
                .filter(c -> !written.contains(c))
                .map(c -> Problem.of(
                                Code.MIGRATION_ALTERED, "changeset " + c + " was applied, but the file has it no more")
                        .at(place)
                        .help("bring it back from version control"))
                .forEach(problems::add);
        written.stream()
                .filter(c -> !applied.contains(c))
                .map(c -> Problem.of(
                                Code.OTHER_TOOL_FAILED,
                                "changeset " + c + " was never applied, others of its file were")
                        .at(place)
                        .because("a file is one migration, so it is applied as a whole or not at all")
                        .help("let Liquibase apply it first, or move it into a file of its own"))
                .forEach(problems::add);
        return problems;
    }

    private static Problem notSql(String file, int changesets) {
        return Problem.of(
                        Code.OTHER_TOOL_ROW,
                        changesets + (changesets == 1 ? " changeset" : " changesets") + " of " + file
                                + " cannot be taken over: it is not a file of SQL")
                .because("Lockkeeper runs SQL and reads no XML, YAML or JSON change logs")
                .help("write the schema as migrations of SQL, and take the database over with lockkeeper baseline");
    }
}
