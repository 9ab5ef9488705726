package dev.lockkeeper.stewardship.seed;

import dev.lockkeeper.catalog.model.Model;
import dev.lockkeeper.catalog.model.ObjectName;
import dev.lockkeeper.catalog.model.Relation;
import dev.lockkeeper.database.Quote;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.SeedPackage;
import dev.lockkeeper.stewardship.Refused;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Empties tables, all at once so that references between them are no hindrance, and lets their numbers begin again. */
record Emptying(Session session, Place place, SeedPackage.Reset reset, Model model) {
    /** How a trigger is enabled, by the letter of pg_trigger.tgenabled. */
    private static final Map<String, String> ENABLED =
            Map.of("O", "enable trigger ", "A", "enable always trigger ", "R", "enable replica trigger ");

    void empty(List<Relation> tables) {
        if (tables.isEmpty()) {
            return;
        }
        try {
            List<String> back = reset == SeedPackage.Reset.WITHOUT_TRIGGERS
                    ? tables.stream().flatMap(t -> off(t).stream()).toList()
                    : List.of();
            session.execute("truncate "
                    + tables.stream().map(r -> r.name().quoted()).collect(Collectors.joining(", "))
                    + " restart identity restrict");
            if (!back.isEmpty()) {
                session.execute(String.join(";", back));
            }
        } catch (SqlFailure e) {
            throw refused(e, tables);
        }
    }

    /** Puts the triggers that fire at TRUNCATE out of work. Gives the statements that make them what they were. */
    private List<String> off(Relation table) {
        List<String> off = new ArrayList<>();
        List<String> back = new ArrayList<>();
        // the bit of TRUNCATE in pg_trigger.tgtype (pg_trigger.h)
        for (@Nullable
        String[] row : session.query("select tgname, tgenabled from pg_trigger where tgrelid = "
                + Quote.literal(table.name().quoted())
                + "::regclass and not tgisinternal and tgenabled <> 'D' and tgtype & 32 <> 0 order by tgname")) {
            String name = Quote.identifier(String.valueOf(row[0]));
            String only = "alter table " + table.name().quoted() + " ";
            off.add(only + "disable trigger " + name);
            back.add(only + ENABLED.getOrDefault(String.valueOf(row[1]), "enable trigger ") + name);
        }
        if (!off.isEmpty()) {
            session.execute(String.join(";", off));
        }
        return back;
    }

    /** All tables that keep these from being emptied, because they refer to one of them or to one that does. */
    private List<String> referring(List<Relation> tables) {
        Set<ObjectName> emptied =
                tables.stream().map(Relation::name).collect(Collectors.toCollection(LinkedHashSet::new));
        List<String> referring = new ArrayList<>();
        int before;
        do {
            before = referring.size();
            model.relations().stream()
                    .filter(table -> !emptied.contains(table.name())
                            && table.foreignKeys().stream().anyMatch(key -> emptied.contains(key.target())))
                    .toList()
                    .forEach(table -> {
                        emptied.add(table.name());
                        referring.add(table.name().toString());
                    });
        } while (referring.size() > before);
        return referring;
    }

    private RuntimeException refused(SqlFailure e, List<Relation> tables) {
        Problem problem = Refused.problem(e, "the server does not empty the tables of the package", place);
        String state = e.error().sqlState();
        String help = state.equals("0A000")
                ? "tables that refer to one of them have to be emptied too; add these to tables: of the package: "
                        + String.join(", ", referring(tables))
                : e.error().context() != null && reset == SeedPackage.Reset.PLAIN
                        ? "if a trigger keeps the table as it is, say reset: without-triggers"
                        : problem.help();
        return problem.help(help).asException(e);
    }
}
