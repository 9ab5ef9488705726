package dev.lockkeeper.rehearsal;

import static dev.lockkeeper.database.Quote.identifier;
import static dev.lockkeeper.database.Quote.literal;

import dev.lockkeeper.catalog.Bottom;
import dev.lockkeeper.catalog.Stock;
import dev.lockkeeper.catalog.Stocktaking;
import dev.lockkeeper.catalog.model.Model;
import dev.lockkeeper.catalog.model.ModelReader;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.embedded.EmbeddedPostgres;
import dev.lockkeeper.plan.Replayed;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.Secret;
import dev.lockkeeper.project.Target;
import dev.lockkeeper.source.Script;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Makes the database that a history says there is, on a server that is thrown away after it. Each script runs as the user who
 * ran it, so that the objects have the owners and the privileges that they have there.
 */
public final class Rebuilding {
    /** Databases that a server has from the start. */
    private static final Set<String> TAKEN = Set.of("postgres", "template0", "template1");

    private final EmbeddedPostgres server;

    public Rebuilding(EmbeddedPostgres server) {
        this.server = server;
    }

    /**
     * Runs everything and takes stock of what came of it.
     *
     * @throws LockkeeperException {@code drift-unknown} when a script fails there
     */
    public Stock stock(Recipe recipe, long seed) {
        String database = create(recipe);
        try (Session session = Rehearsal.open(target(database, server.user(), Map.of()))) {
            Stocktaking stocktaking = Stocktaking.of(session).seeded(seed);
            prelude(recipe, database);
            Bottom bottom = Bottom.of(stocktaking, session);
            Set<String> users = history(recipe, database, session);
            return Stock.take(stocktaking, session, bottom, users);
        }
    }

    /**
     * Runs everything and reads the model of what came of it.
     *
     * @throws LockkeeperException {@code drift-unknown} when a script fails there
     */
    public Model model(Recipe recipe) {
        try (Session session = Rehearsal.open(target(database(recipe, List.of()), server.user(), Map.of()))) {
            return ModelReader.read(session);
        }
    }

    /**
     * Runs everything and works in what came of it, as a superuser.
     *
     * @param before given the database as the prelude has left it
     * @throws LockkeeperException {@code drift-unknown} when a script fails there
     */
    public <T> T with(Recipe recipe, Consumer<Session> before, Function<Rebuilt, T> work) {
        String database = create(recipe);
        try (Session session = Rehearsal.open(target(database, server.user(), Map.of()))) {
            prelude(recipe, database);
            before.accept(session);
            history(recipe, database, session);
            return work.apply(new Rebuilt(session, script -> run(script, server.user(), database, Map.of())));
        }
    }

    /**
     * A database that is there as long as the work in it.
     *
     * @param session of a superuser
     * @param runner runs more scripts in it, each as one of the history, in a session of its own
     */
    public record Rebuilt(Session session, Consumer<Script> runner) {}

    /** The roles that its server has, those that scripts have made among them. */
    public Set<String> roles() {
        try (Session session = Rehearsal.open(target("postgres", server.user(), Map.of()))) {
            return ModelReader.roles(session);
        }
    }

    /**
     * Makes the database and leaves it there.
     *
     * @param roles that others have made and that the history may speak of
     * @return its name, which is another one where every server has a database of that name
     * @throws LockkeeperException {@code drift-unknown} when a script fails there
     */
    String database(Recipe recipe, List<String> roles) {
        String database = create(recipe);
        try (Session session = Rehearsal.open(target(database, server.user(), Map.of()))) {
            prelude(recipe, database);
            roles.stream()
                    .filter(role -> recipe.scripts().stream().noneMatch(one -> makes(one.script(), role)))
                    .forEach(role -> session.execute("do $lockkeeper$ begin if to_regrole(" + literal(identifier(role))
                            + ") is null then create role " + identifier(role) + "; end if; end $lockkeeper$"));
            history(recipe, database, session);
        }
        return database;
    }

    private String create(Recipe recipe) {
        if (TAKEN.contains(recipe.database())) {
            return server.createDatabase();
        }
        server.createDatabase(recipe.database(), "template1");
        return recipe.database();
    }

    private void prelude(Recipe recipe, String database) {
        for (Script script : recipe.prelude()) {
            run(script, server.user(), database, Map.of());
        }
    }

    /** Runs the scripts; gives the users that were there before them. */
    private Set<String> history(Recipe recipe, String database, Session session) {
        Set<String> users = users(recipe);
        users.removeIf(user -> recipe.scripts().stream().anyMatch(one -> makes(one.script(), user)));
        users.forEach(user -> session.execute(role(user)));
        for (Replayed one : recipe.scripts()) {
            session.execute(role(one.by()));
            run(one.script(), one.by(), database, recipe.settings().getOrDefault(one.by(), Map.of()));
        }
        return users;
    }

    private static Set<String> users(Recipe recipe) {
        Set<String> users = new LinkedHashSet<>();
        recipe.scripts().forEach(one -> users.add(one.by()));
        recipe.settings().values().forEach(values -> {
            String role = values.get("role");
            if (role != null) {
                users.add(role);
            }
        });
        return users;
    }

    /** Whether a role comes from the history itself, so that it may not be there before. */
    private static boolean makes(Script script, String user) {
        Pattern pattern = Pattern.compile(
                "(?is)\\bcreate\\s+(?:role|user|group)\\s+\"?" + Pattern.quote(user.replace("\"", "\"\"")) + "\\b");
        AtomicBoolean found = new AtomicBoolean();
        script.commands()
                .forEach(statement -> found.compareAndSet(
                        false, pattern.matcher(statement.sql()).find()));
        return found.get();
    }

    /** Whoever ran a script was allowed to: here everybody is. */
    String role(String user) {
        String name = identifier(user);
        return "do $lockkeeper$ begin if to_regrole(" + literal(name) + ") is null then create role " + name
                + "; end if; if " + literal(user) + " <> current_user then alter role " + name
                + " superuser login password " + literal(server.password()) + "; end if; end $lockkeeper$";
    }

    private void run(Script script, String user, String database, Map<String, String> settings) {
        try (Session session = Rehearsal.open(target(database, user, settings))) {
            Rehearsal.run(session, script);
        } catch (LockkeeperException e) {
            List<Problem> problems = e.problems().stream()
                    .map(p -> Missing.hinted(p)
                            .as(Code.DRIFT_UNKNOWN)
                            .note("the history was run on an empty PostgreSQL "
                                    + server.version().replaceFirst("[.].*", "")
                                    + " to know what the database should be"))
                    .toList();
            throw new LockkeeperException(problems, e);
        }
    }

    Target target(String database, String user, Map<String, String> settings) {
        String options = settings.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(e -> "-c " + e.getKey() + "="
                        + e.getValue().replace("\\", "\\\\").replace(" ", "\\ "))
                .collect(Collectors.joining(" "));
        return new Target(
                "127.0.0.1",
                server.port(),
                database,
                user,
                new Secret(server.password()),
                options.isEmpty() ? Map.of() : Map.of("options", options));
    }
}
