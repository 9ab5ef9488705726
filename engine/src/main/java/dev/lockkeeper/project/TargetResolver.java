package dev.lockkeeper.project;

import dev.lockkeeper.address.AddressText;
import dev.lockkeeper.address.Defaults;
import dev.lockkeeper.address.Given;
import dev.lockkeeper.address.Meaning;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds out which database is meant. What is typed wins over what is exported: the database on the command line, then the
 * environment that was named there, LOCKKEEPER_DATABASE_URL, the PG* variables, and the project's default environment.
 */
public final class TargetResolver {
    private static final String OWN = "LOCKKEEPER_DATABASE_URL";
    private static final String OF_OTHERS = "DATABASE_URL";

    private final Map<String, String> variables;
    private final Defaults defaults;
    private final boolean environmentNamed;

    /**
     * For an environment that is the default one.
     *
     * @param variables the environment variables of the process
     */
    public TargetResolver(Map<String, String> variables) {
        this(variables, false);
    }

    /**
     * @param variables the environment variables of the process
     * @param environmentNamed whether somebody named the environment, which then wins over the variables
     */
    public TargetResolver(Map<String, String> variables, boolean environmentNamed) {
        this.variables = Map.copyOf(variables);
        this.defaults = new Defaults(variables);
        this.environmentNamed = environmentNamed;
    }

    /**
     * The database of a component.
     *
     * @param url what the command line names, or null
     * @param database the name of the database, which wins over that of the address, or null
     * @throws dev.lockkeeper.problem.LockkeeperException {@code database-unknown}, {@code usage} for an address that
     *     cannot be read or obeyed, {@code secret-on-command-line}
     */
    public Target resolve(@Nullable String url, Environment environment, @Nullable String database) {
        Target target = target(url, environment);
        return database == null ? target : target.withDatabase(database);
    }

    private Target target(@Nullable String url, Environment environment) {
        if (url != null) {
            if (AddressText.holdsSecret(url)) {
                throw Problem.of(Code.SECRET_ON_COMMAND_LINE, "the address on the command line holds a password")
                        .because("everybody on this machine can read the arguments of a process")
                        .help("remove it, and set PGPASSWORD, or put it into ~/.pgpass")
                        .asException();
            }
            return target(defaults.complete(AddressText.read(url, "--database")), null);
        }
        String ofProject = environment.url();
        if (environmentNamed && ofProject != null) {
            return ofEnvironment(ofProject, environment);
        }
        Optional<String> own = variable(OWN);
        if (own.isPresent()) {
            return target(defaults.complete(AddressText.read(own.get(), OWN)), null);
        }
        if (Stream.of("PGHOST", "PGHOSTADDR", "PGDATABASE", "PGSERVICE")
                .anyMatch(name -> variable(name).isPresent())) {
            return target(defaults.complete(Map.of()), null);
        }
        if (ofProject != null) {
            return ofEnvironment(ofProject, environment);
        }
        Problem problem =
                Problem.of(Code.DATABASE_UNKNOWN, "no database is named for environment " + environment.name());
        if (variable(OF_OTHERS).isPresent()) {
            throw problem.because(OF_OTHERS + " is set, and may be meant for another program")
                    .help("if it is the database to work on: " + OWN + "=$" + OF_OTHERS)
                    .asException();
        }
        throw problem.help(
                        "pass --database postgresql://USER@HOST/NAME, or set LOCKKEEPER_DATABASE_URL or the PG* variables,"
                                + " or give the environment an url: in lockkeeper.yaml; to try the migrations without any"
                                + " server: lockkeeper smoke")
                .asException();
    }

    private Target ofEnvironment(String url, Environment environment) {
        Map<String, Given> all =
                defaults.completeEnvironment(AddressText.read(url, "environment " + environment.name()));
        String variable = environment.passwordVariable();
        if (variable == null) {
            return target(all, null);
        }
        Optional<String> password = variable(variable);
        password.ifPresentOrElse(
                value -> all.put("password", new Given("password", value, variable)), () -> all.remove("password"));
        return target(all, password.isPresent() ? null : variable);
    }

    /**
     * @param unset the variable that was to hold the password and is not set
     */
    private Target target(Map<String, Given> given, @Nullable String unset) {
        Meaning meaning = Meaning.of(given, defaults.home()).with(defaults.ofServer());
        Given user = given.get("user");
        Given database = given.get("dbname");
        Given password = given.get("password");
        String name = user == null ? System.getProperty("user.name", "postgres") : user.value();
        return new Target(
                meaning.hosts(),
                database == null ? name : database.value(),
                name,
                password == null ? null : new Secret(password.value()),
                meaning.properties(),
                meaning.approach(unset));
    }

    private Optional<String> variable(String name) {
        return Optional.ofNullable(variables.get(name)).filter(v -> !v.isEmpty());
    }
}
