package dev.lockkeeper.bench.hazards;

import dev.lockkeeper.embedded.EmbeddedPostgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Asks a server whether a hazard does what its case states, and whether its twin does not. */
final class Prober {
    private static final String ERROR = "error: ";

    private final EmbeddedPostgres server;

    /** @param server of which every new database holds the shop */
    Prober(EmbeddedPostgres server) {
        this.server = server;
    }

    /** Where the server does not agree with the labels of cases, each with the name of its case. */
    List<String> disagreements(List<Case> cases) {
        return cases.parallelStream().flatMap(this::named).toList();
    }

    private Stream<String> named(Case one) {
        try {
            return disagreements(one).stream().map(text -> one.name() + ": " + text);
        } catch (SQLException | InterruptedException e) {
            return Stream.of(one.name() + ": cannot be tried: " + e);
        }
    }

    /** Where the server does not agree with the labels; empty when it confirms them. */
    private List<String> disagreements(Case one) throws SQLException, InterruptedException {
        List<String> found = new ArrayList<>();
        if (one.effects().isEmpty() || one.hazard().isEmpty() || one.harmless().isEmpty()) {
            return List.of("has no effect, no hazard or no twin");
        }
        Sight hazard = look(one, one.hazard(), "");
        Sight harmless = look(one, one.harmless(), "");
        for (Effect effect : one.effects()) {
            if (effect.kind().equals("fails-with-rival")) {
                Sight rivalled = look(one, one.hazard(), one.rival());
                if (rivalled.failure() == null) {
                    found.add("the hazard does not fail with the rows of the rival");
                }
                Sight rivalledTwin = look(one, one.harmless(), one.rival());
                if (rivalledTwin.failure() != null) {
                    found.add("the twin fails with the rows of the rival: " + rivalledTwin.failure());
                }
                continue;
            }
            if (!hazard.shows(effect)) {
                found.add("the hazard does not show: " + effect);
            }
            if (harmless.shows(effect)) {
                found.add("the twin shows: " + effect);
            }
        }
        boolean mayFail = one.effects().stream().anyMatch(Effect::fails);
        if (!mayFail && hazard.failure() != null) {
            found.add("the hazard fails: " + hazard.failure());
        }
        if (harmless.failure() != null) {
            found.add("the twin fails: " + harmless.failure());
        }
        // an error names what differs from one database to the next
        boolean refused =
                harmless.before().startsWith(ERROR) && harmless.after().startsWith(ERROR);
        if (!refused && !harmless.before().equals(harmless.after())) {
            found.add("after the twin the program gives " + harmless.after() + " and gave " + harmless.before());
        }
        return found;
    }

    /**
     * @param effects those that showed
     * @param failure null when all was carried out
     * @param before what the program gave before
     * @param after what it gave afterwards
     */
    private record Sight(Set<Effect> effects, @Nullable SQLException failure, String before, String after) {
        boolean shows(Effect effect) {
            return switch (effect.kind()) {
                case "fails" -> failure != null;
                case "breaks-program" -> !before.startsWith(ERROR) && after.startsWith(ERROR);
                case "changes-program" ->
                    !before.startsWith(ERROR) && !after.startsWith(ERROR) && !before.equals(after);
                case "admits-program" -> before.startsWith(ERROR) && !after.startsWith(ERROR);
                default -> effects.contains(effect);
            };
        }
    }

    private Sight look(Case one, List<String> migrations, String rival) throws SQLException, InterruptedException {
        String database = server.createDatabase();
        try {
            Aftermath aftermath;
            String before;
            try (Connection connection = server.connect(database)) {
                Queries.execute(connection, one.before() + rival);
                aftermath = Aftermath.of(connection, one);
                before = program(one, database);
            }
            Set<Effect> seen;
            @Nullable SQLException failure;
            if (one.effects().stream().anyMatch(effect -> effect.kind().equals("leaves-open"))) {
                try (Trial trial = new Trial(server, database, one.effects())) {
                    seen = trial.staysOpen(migrations) ? Set.copyOf(one.effects()) : Set.of();
                    failure = null;
                }
            } else {
                try (Trial trial = new Trial(server, database, one.effects())) {
                    List<String> settings = settings(one, trial);
                    seen = trial.run(migrations);
                    if (!settings.equals(settings(one, trial))) {
                        one.effects().stream()
                                .filter(effect -> effect.kind().equals("leaves-setting"))
                                .forEach(seen::add);
                    }
                    failure = trial.failure();
                }
            }
            if (failure == null) {
                try (Connection connection = server.connect(database)) {
                    seen = aftermath.and(Aftermath.of(connection, one), connection, one, seen);
                }
            }
            return new Sight(seen, failure, before, program(one, database));
        } finally {
            server.dropDatabase(database);
        }
    }

    private static List<String> settings(Case one, Trial trial) throws SQLException {
        List<String> settings = new ArrayList<>();
        for (Effect effect : one.effects()) {
            if (effect.kind().equals("leaves-setting")) {
                settings.add(trial.setting(effect.name()));
            }
        }
        return settings;
    }

    private String program(Case one, String database) throws SQLException {
        if (one.program().isEmpty()) {
            return "";
        }
        try (Connection connection = server.connect(database)) {
            return Queries.answers(connection, one.program());
        } catch (SQLException e) {
            return ERROR + Objects.requireNonNullElse(e.getMessage(), "");
        }
    }
}
