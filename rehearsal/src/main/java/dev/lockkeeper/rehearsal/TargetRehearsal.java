package dev.lockkeeper.rehearsal;

import static dev.lockkeeper.database.Quote.identifier;
import static dev.lockkeeper.database.Quote.literal;

import dev.lockkeeper.database.Session;
import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.embedded.EmbeddedPostgres;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.Target;
import dev.lockkeeper.source.Script;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Rehearses what a live database would go through: the database that its history says there is, made on a throw-away server of the
 * same major version, with the settings, roles and extensions of the live one as far as they can be had.
 */
public final class TargetRehearsal {
    /** Settings whose values are nobody's secret; of others, such as those that a program made up, the name is told alone. */
    private static final Set<String> PLAIN =
            Set.of("timezone", "datestyle", "intervalstyle", "search_path", "default_transaction_isolation");

    private final EmbeddedPostgres server;
    private final TargetFacts facts;
    private final List<Script> data;
    private final List<String> copied = new ArrayList<>();
    private final List<String> apart = new ArrayList<>();
    private final List<String> prelude = new ArrayList<>();

    /**
     * @param server a throw-away server of the same major version, on which nothing was done yet
     * @param data SQL that brings rows, run before the first script that is observed
     */
    public TargetRehearsal(EmbeddedPostgres server, TargetFacts facts, List<Script> data) {
        this.server = server;
        this.facts = facts;
        this.data = List.copyOf(data);
    }

    /** What came of it. */
    public record Outcome(RehearsalReport report, Likeness likeness) {}

    /**
     * Builds the database and observes the scripts there, in their order. One that fails ends it.
     *
     * @param before scripts of the plan that run unobserved
     * @param told of each script as soon as it has been observed
     * @throws LockkeeperException {@code drift-unknown} when the history does not run on an empty server
     */
    public Outcome run(Recipe recipe, List<Turn> before, List<Turn> turns, Consumer<RehearsedMigration> told) {
        Rebuilding rebuilding = new Rebuilding(server);
        String database = rebuilding.database(recipe, facts.roles());
        Target own = rebuilding.target(database, server.user(), Map.of());
        try (Session session = Rehearsal.open(own)) {
            session.execute(rebuilding.role(facts.user()));
            liken(session, database);
        }
        Map<String, String> given = recipe.settings().getOrDefault(facts.user(), Map.of());
        Target stage = rebuilding.target(database, facts.user(), role(given));
        Scene scene = new Scene(() -> Rehearsal.open(stage), () -> Rehearsal.open(own));
        List<RehearsedMigration> seen = new ArrayList<>();
        @Nullable Problem stopped = null;
        try {
            for (Script script : data) {
                forward(own, script);
            }
            for (Turn turn : before) {
                forward(stage, turn.script());
            }
            for (Turn turn : turns) {
                scene.observe(turn, one -> {
                    seen.add(one);
                    told.accept(one);
                });
            }
        } catch (LockkeeperException e) {
            stopped = Missing.hinted(e.problems().get(0));
        }
        return new Outcome(
                new RehearsalReport(server.version(), seen, List.of(), stopped), new Likeness(copied, apart, prelude));
    }

    private static Map<String, String> role(Map<String, String> given) {
        String role = given.get("role");
        return role == null ? Map.of() : Map.of("role", role);
    }

    private static void forward(Target target, Script script) {
        try (Session session = Rehearsal.open(target)) {
            Rehearsal.run(session, script);
        }
    }

    private void liken(Session session, String database) {
        copied.add("PostgreSQL " + facts.serverVersion().replaceFirst("[.].*", ""));
        if (!server.version().equals(facts.serverVersion())) {
            apart.add("the server of the target is " + facts.serverVersion() + ", and this one is " + server.version());
        }
        extensions(session);
        settings(session, database);
        if (!facts.roles().isEmpty()) {
            copied.add(
                    facts.roles().size() == 1
                            ? "role " + facts.roles().get(0)
                            : facts.roles().size() + " roles");
        }
        apart.add("user " + facts.user() + " is a superuser here: a right that it lacks on the target is not missed");
        apart.add("what others have made in the target beside the history is not here; lockkeeper drift tells of it");
    }

    private void extensions(Session session) {
        Map<String, String> there = session.query("select extname, extversion from pg_catalog.pg_extension").stream()
                .collect(Collectors.toMap(row -> String.valueOf(row[0]), row -> String.valueOf(row[1])));
        for (TargetFacts.Extension one : facts.extensions()) {
            String name = "extension " + identifier(one.name()) + " ";
            String found = there.get(one.name());
            if (found == null) {
                try {
                    session.execute(one.sql());
                    found = String.valueOf(
                            session.query("select extversion from pg_catalog.pg_extension where extname = "
                                            + literal(one.name()))
                                    .get(0)[0]);
                } catch (SqlFailure e) {
                    apart.add(
                            name + one.version() + " is not here: " + e.error().message());
                    prelude.add(one.sql() + ";");
                    continue;
                }
            }
            copied.add(name + found);
            if (!found.equals(one.version())) {
                apart.add(name + "is " + one.version() + " on the target, and " + found + " here");
            }
        }
    }

    /** For the user in this database, which outranks all else, so that RESET finds it as it does there. */
    private void settings(Session session, String database) {
        List<String> unnamed = new ArrayList<>();
        new TreeMap<>(facts.settings()).forEach((name, value) -> {
            try {
                session.execute("alter role " + identifier(facts.user()) + " in database " + identifier(database)
                        + " set " + name(name) + " = " + value(name, value));
                if (PLAIN.contains(name)) {
                    copied.add(name + " " + value);
                } else {
                    unnamed.add(name);
                }
            } catch (SqlFailure e) {
                apart.add("setting " + name + " is not here: "
                        + e.error().message().replace(value, "***"));
            }
        });
        if (!unnamed.isEmpty()) {
            copied.add("settings " + String.join(", ", unnamed));
        }
        if (!facts.certain()) {
            apart.add("the time zone is that of the log of the target; neither its role nor its database sets one");
        }
        if (!facts.settings().containsKey("datestyle")) {
            apart.add("the date style is the server's default; neither role nor database sets one");
        }
        facts.kept().forEach(name -> apart.add("setting " + name + " is not here: it is of no use on another server"));
    }

    /** Each part of a name that a program has made up is quoted. */
    private static String name(String name) {
        return Arrays.stream(name.split("[.]", -1))
                .map(part -> identifier(part))
                .collect(Collectors.joining("."));
    }

    /** A list is spelled out as the server keeps it: names in it are quoted already. */
    private static String value(String name, String value) {
        boolean list = name.equals("search_path") && !value.isEmpty() && !value.equals("\"\"");
        return list ? value : name.equals("search_path") ? "''" : literal(value);
    }
}
