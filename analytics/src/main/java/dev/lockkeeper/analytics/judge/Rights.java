package dev.lockkeeper.analytics.judge;

import static dev.lockkeeper.database.Quote.identifier;
import static dev.lockkeeper.database.Quote.literal;

import dev.lockkeeper.analytics.definition.Measure;
import dev.lockkeeper.analytics.definition.Rollup;
import dev.lockkeeper.analytics.dialect.Aggregation;
import dev.lockkeeper.analytics.dialect.PostgresDialect;
import dev.lockkeeper.analytics.state.Site;
import dev.lockkeeper.catalog.model.ObjectName;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Whether who computes has the privileges for it. */
record Rights(Site site, Rollup rollup) {
    /** What grants.sql gives, of what a run needs. */
    private static final Map<String, List<String>> STATE = new TreeMap<>(Map.of(
            "rollup_dirty", List.of("SELECT", "INSERT", "DELETE"),
            "rollup_dirty_span", List.of("SELECT", "DELETE"),
            "rollup_interval", List.of("SELECT", "INSERT", "UPDATE"),
            "rollup_definition", List.of("SELECT", "INSERT"),
            "rollup_run", List.of("SELECT", "INSERT", "UPDATE", "DELETE"),
            "rollup_late", List.of("SELECT", "INSERT"),
            "dq_result", List.of("SELECT", "INSERT", "DELETE"),
            "recon_result", List.of("SELECT", "INSERT", "DELETE")));

    /** What is missing, a problem for each table. */
    List<Problem> problems() {
        List<Problem> problems = new ArrayList<>();
        List<String> measures = rollup.measures().stream().map(Measure::into).toList();
        Rollup.Field stamp = rollup.columns().written();
        List<String> written = stamp == null ? List.of() : List.of(stamp.name());
        List<String> held =
                Stream.concat(rollup.key().stream(), measures.stream()).toList();
        lacking(
                rollup.source(),
                List.of(columns("SELECT", new Aggregation(rollup, new PostgresDialect()).columns(rollup.base()))),
                problems);
        lacking(
                rollup.target(),
                List.of(
                        columns("SELECT", held),
                        columns(
                                "INSERT",
                                Stream.concat(held.stream(), written.stream()).toList()),
                        columns(
                                "UPDATE",
                                Stream.concat(measures.stream(), written.stream())
                                        .toList()),
                        new Privilege("DELETE", null)),
                problems);
        STATE.forEach((table, words) -> lacking(
                state(table),
                words.stream().map(word -> new Privilege(word, null)).toList(),
                problems));
        lacking(
                state("rollup_watch"),
                List.of(new Privilege("SELECT", null), columns("UPDATE", List.of("filled"))),
                problems);
        return problems;
    }

    private Rollup.Table state(String table) {
        return new Rollup.Table(rollup.place(), new ObjectName(site.schema().name(), table));
    }

    /** @param columns null for the table as a whole */
    private record Privilege(String word, @Nullable List<String> columns) {}

    private static Privilege columns(String word, List<String> columns) {
        return new Privilege(word, columns);
    }

    private void lacking(Rollup.Table table, List<Privilege> wanted, List<Problem> problems) {
        String role = site.role() == null ? "current_user::name" : literal(site.role()) + "::name";
        List<String> conditions = new ArrayList<>();
        conditions.add("not has_schema_privilege(" + role + ", c.relnamespace, 'USAGE')");
        for (Privilege one : wanted) {
            List<String> columns = one.columns();
            conditions.add(
                    columns == null
                            ? "not has_table_privilege(" + role + ", c.oid, " + literal(one.word()) + ")"
                            : "exists (select from unnest(array["
                                    + String.join(
                                            ", ",
                                            columns.stream()
                                                    .map(column -> literal(column))
                                                    .toList())
                                    + "]::text[]) k where not has_column_privilege(" + role + ", c.oid"
                                    + ", k, " + literal(one.word()) + "))");
        }
        List<@Nullable String[]> rows = site.session()
                .query("select current_user, " + String.join(", ", conditions) + " from pg_class c where c.oid = "
                        + Firing.oid(table.name()));
        if (rows.isEmpty()) {
            return;
        }
        @Nullable String[] row = rows.get(0);
        List<String> missing = new ArrayList<>();
        if ("t".equals(row[1])) {
            missing.add("USAGE on its schema");
        }
        for (int i = 0; i < wanted.size(); i++) {
            if ("t".equals(row[i + 2])) {
                missing.add(wanted.get(i).word());
            }
        }
        if (!missing.isEmpty()) {
            String who = Objects.requireNonNullElse(site.role(), String.valueOf(row[0]));
            problems.add(Problem.of(Code.ANALYTICS_UNFIT, "role " + who + " lacks privileges on " + table.name())
                    .at(table.place())
                    .because("missing: " + String.join(", ", missing))
                    .help(help(table, missing, who)));
        }
    }

    private static String help(Rollup.Table table, List<String> missing, String who) {
        List<String> words = missing.stream()
                .filter(one -> !one.startsWith("USAGE"))
                .map(one -> one.toLowerCase(Locale.ROOT))
                .toList();
        return Stream.of(
                        missing.size() == words.size()
                                ? ""
                                : "grant usage on schema "
                                        + identifier(table.name().schema()) + " to " + identifier(who),
                        words.isEmpty()
                                ? ""
                                : "grant " + String.join(", ", words) + " on "
                                        + table.name().quoted() + " to " + identifier(who))
                .filter(one -> !one.isEmpty())
                .collect(Collectors.joining("; "));
    }
}
