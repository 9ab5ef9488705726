package dev.lockkeeper.analytics.judge;

import static dev.lockkeeper.database.Quote.identifier;
import static dev.lockkeeper.database.Quote.literal;

import dev.lockkeeper.analytics.definition.Rollup;
import dev.lockkeeper.analytics.state.Site;
import dev.lockkeeper.catalog.model.ObjectName;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Whether the triggers that mark do fire, of a table with events and of its partitions, which the model of a database does not have. */
final class Firing {
    private static final int MOST = 10;

    private Firing() {}

    /** Those that do not, a problem for each table. One that is missing from a partition is none: a run makes it. */
    static List<Problem> of(Site site, Rollup rollup) {
        Map<ObjectName, List<String>> silent = new LinkedHashMap<>();
        // no lock is taken, which would wait for whoever changes a partition
        for (@Nullable
        String[] row : site.session()
                .query("with recursive member (oid) as (select to_regclass("
                        + literal(rollup.source().name().quoted())
                        + ")::oid union all select i.inhrelid from pg_inherits i join member m on m.oid = i.inhparent) select n.nspname,"
                        + " c.relname, t.tgname from member m join pg_class c on c.oid = m.oid join pg_namespace n on n.oid = c.relnamespace"
                        + " join pg_trigger t on t.tgrelid = c.oid join pg_proc f on f.oid = t.tgfoid where f.pronamespace ="
                        + " to_regnamespace(" + literal(identifier(site.schema().name())) + ") and f.proname = "
                        + literal(site.schema().marker(rollup.name()).name())
                        + " and t.tgenabled not in ('O', 'A') order by n.nspname, c.relname, t.tgname")) {
            silent.computeIfAbsent(
                            new ObjectName(String.valueOf(row[0]), String.valueOf(row[1])), table -> new ArrayList<>())
                    .add(String.valueOf(row[2]));
        }
        List<Problem> problems = new ArrayList<>();
        silent.entrySet().stream()
                .limit(MOST)
                .forEach(one -> problems.add(Problem.of(
                                Code.ANALYTICS_UNFIT,
                                one.getKey() + " has triggers that do not fire when it changes, for " + rollup.name())
                        .at(rollup.source().place())
                        .because("disabled, or for replicas only: " + String.join(", ", one.getValue()))
                        .help(enable(one.getKey(), one.getValue()))));
        if (silent.size() > MOST) {
            problems.set(
                    MOST - 1,
                    problems.get(MOST - 1).note("and " + (silent.size() - MOST) + " more tables of this kind"));
        }
        return problems;
    }

    /** What makes triggers fire again; the run that sees it computes what they have missed. */
    static String enable(ObjectName table, List<String> triggers) {
        return "make them fire, and the next run computes what they have missed: alter table " + table.quoted() + " "
                + triggers.stream()
                        .map(one -> "enable trigger " + identifier(one))
                        .collect(Collectors.joining(", "));
    }
}
