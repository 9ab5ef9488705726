package dev.lockkeeper.fleet;

import dev.lockkeeper.database.ScriptSession;
import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.FleetDeclaration;
import dev.lockkeeper.project.Target;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds out the names of a fleet's targets, and which of them can be worked on. */
final class Roster {
    /** Names that mean the same wherever a script puts them: bare, quoted, or in a string constant. */
    private static final Pattern PLAIN = Pattern.compile("[a-z_][a-z0-9_]{0,62}");

    private Roster() {}

    /**
     * The names, in the order of the list or of the query.
     *
     * @param home the database that the query is put to
     * @throws LockkeeperException {@code fleet-targets} with every name that cannot be worked on, or because the query
     *     fails
     */
    static List<String> names(FleetDeclaration fleet, Target home) {
        String query = fleet.query();
        List<@Nullable String> found = query == null ? new ArrayList<>(fleet.targets()) : asked(fleet, query, home);
        List<Problem> problems = new ArrayList<>();
        List<String> names = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (String name : found) {
            if (name == null || name.isEmpty()) {
                problems.add(problem(fleet, "a target has no name"));
            } else if (!seen.add(name)) {
                problems.add(problem(fleet, "the target " + name + " is there twice"));
            } else if (fleet.kind() == FleetDeclaration.Kind.SCHEMAS
                    && !PLAIN.matcher(name).matches()) {
                problems.add(problem(fleet, "the schema " + name + " has no plain name")
                        .because("${schema} is replaced as plain text, and another name would mean something else in a"
                                + " script, such as the schema of the same name in lower case")
                        .help("a plain name has lower-case letters a to z, digits and underscores; leave this one out,"
                                + " or rename it"));
            } else {
                names.add(name);
            }
        }
        if (!problems.isEmpty()) {
            throw new LockkeeperException(problems);
        }
        return names;
    }

    private static List<@Nullable String> asked(FleetDeclaration fleet, String query, Target home) {
        try (ScriptSession session = ScriptSession.open(home, "lockkeeper fleet")) {
            session.send("set default_transaction_read_only = on", notice -> {});
            List<@Nullable String> names = new ArrayList<>();
            List<List<@Nullable String[]>> results = session.resolve(query);
            for (@Nullable
            String[] row : results.isEmpty() ? List.<@Nullable String[]>of() : results.get(results.size() - 1)) {
                if (row.length != 1) {
                    throw problem(fleet, "the query gives " + row.length + " columns")
                            .help("select the name of the target and nothing else")
                            .asException();
                }
                names.add(row[0]);
            }
            return names;
        } catch (SqlFailure e) {
            throw problem(fleet, "the query for the targets fails")
                    .from(e.error())
                    .asException(e);
        }
    }

    private static Problem problem(FleetDeclaration fleet, String message) {
        return Problem.of(Code.FLEET_TARGETS, "fleet " + fleet.name() + ": " + message);
    }
}
