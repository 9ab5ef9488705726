package dev.lockkeeper.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.catalog.Deviation;
import dev.lockkeeper.catalog.Deviations;
import dev.lockkeeper.catalog.Scope;
import dev.lockkeeper.catalog.Side;
import dev.lockkeeper.catalog.Stock;
import dev.lockkeeper.catalog.Stocktaking;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.embedded.EmbeddedPostgres;
import dev.lockkeeper.embedded.Options;
import dev.lockkeeper.plan.Replayed;
import dev.lockkeeper.rehearsal.Mutations.Mutation;
import dev.lockkeeper.source.Script;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.logging.Logger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Changes each thing that can be changed of each object of each kind on one server: compared with another one it is named. */
@Tag("PROOF-06")
class DriftMutationTest {
    private static final Path RESOURCES =
            Path.of(System.getProperty("lockkeeper.root"), "rehearsal/src/test/resources");

    /** What belongs to the server or is no schema: see docs/drift.md. */
    private static final Set<String> ELSEWHERE = Set.of("tablespace", "large object", "database", "replication origin");

    /** The same of single changes. */
    private static final Pattern NOT_COMPARED =
            Pattern.compile("with no data$|alter role \\S+ password|on parameter|\\bof_others\\b|connection 'host");

    @ParameterizedTest
    @ValueSource(ints = {15, 18})
    void every_change_that_smoke_sees_is_found_on_another_server(int version) throws IOException, SQLException {
        try (EmbeddedPostgres throwAway = EmbeddedPostgres.start(Options.version(version));
                EmbeddedPostgres server = EmbeddedPostgres.start(Options.version(version))) {
            List<Replayed> scripts = new ArrayList<>();
            // other OIDs than on the throw-away server, and a column number more
            server.createDatabase();
            String database = server.createDatabase();
            try (Session session = Session.over(server.connect(database))) {
                session.execute("create schema of_others; create table of_others.t (id int primary key)");
                for (String file : List.of("rich-schema.sql", "every-kind.sql")) {
                    String sql = Files.readString(RESOURCES.resolve(file));
                    session.scripts().send(sql, notice -> {});
                    scripts.add(new Replayed(Script.of(file, sql), server.user(), "", true));
                }
            }
            Stock wanted = new Rebuilding(throwAway).stock(new Recipe("shop", List.of(), scripts, Map.of()), 42);
            try (Session session = Session.over(server.connect(database))) {
                every(new Round(wanted, session), session, version);
            }
        }
    }

    private static void every(Round round, Session session, int version) {
        assertThat(round.deviations()).as("before anything is changed").isEmpty();
        List<Mutation> mutations = Mutations.of(session);
        mutations.forEach(round::change);
        Logger.getLogger("drift")
                .info("PostgreSQL " + version + ": " + round.seen + " of " + mutations.size() + " mutations seen, "
                        + round.refused + " refused by the server, " + round.fixed + " fixed by what is printed");
        assertThat(round.wrong).isEmpty();
        assertThat(round.seen).isGreaterThanOrEqualTo(280);
        assertThat(round.fixed).isGreaterThanOrEqualTo(400);
    }

    /** One session in which everything happens, so that it is fast. */
    private static final class Round {
        private final Stock wanted;
        private final Session session;
        private final Stocktaking stocktaking;
        private final Scope scope;
        private final List<String> wrong = new ArrayList<>();
        private int seen;
        private int refused;
        private int fixed;

        Round(Stock wanted, Session session) {
            this.wanted = wanted;
            this.session = session;
            this.stocktaking = Stocktaking.of(session).seeded(42);
            this.scope = Scope.of(wanted, "lockkeeper", true, Set.of());
            send("begin; savepoint s");
        }

        private void send(String sql) {
            session.scripts().send(sql, notice -> {});
        }

        List<Deviation> deviations() {
            return Deviations.of(wanted, Side.Live.of(stocktaking, session), scope, wanted.roles())
                    .list();
        }

        void change(Mutation mutation) {
            if (ELSEWHERE.contains(mutation.kind())
                    || NOT_COMPARED.matcher(mutation.change()).find()) {
                return;
            }
            try {
                send("reset search_path; " + mutation.change());
            } catch (SqlFailure e) {
                refused++;
                send("rollback to s");
                return;
            }
            List<Deviation> found = deviations();
            if (found.isEmpty()) {
                wrong.add("unseen: " + mutation.kind() + ": " + mutation.change());
            } else if (!named(found, mutation.names())) {
                wrong.add("not named: " + mutation.change() + ": " + found);
            } else if (found.toString().contains("secret9") || found.toString().contains("secret1")) {
                wrong.add("a secret is shown: " + mutation.change());
            } else {
                seen++;
                fix(mutation, found);
            }
            send("rollback to s");
        }

        private void fix(Mutation mutation, List<Deviation> found) {
            List<String> fixes = found.stream()
                    .map(d -> d.difference().fix())
                    .filter(Objects::nonNull)
                    .toList();
            if (fixes.isEmpty()) {
                return;
            }
            try {
                send(String.join("\n", fixes));
            } catch (SqlFailure e) {
                wrong.add("not to be run: " + mutation.change() + ": " + e.getMessage() + ": " + fixes);
                return;
            }
            // a column can only be added at the end
            boolean moved = fixes.stream().anyMatch(fix -> fix.contains(" add column "));
            List<Deviation> left = deviations().stream()
                    .filter(d -> !moved || !d.difference().kind().equals("column order"))
                    .filter(d -> found.stream().noneMatch(f -> f.difference().fix() == null && f.equals(d)))
                    .toList();
            if (left.isEmpty()) {
                fixed++;
            } else {
                wrong.add("not fixed: " + mutation.change() + ": " + fixes + ": " + left);
            }
        }

        private static boolean named(List<Deviation> found, List<String> names) {
            return found.stream()
                    .map(Deviation::difference)
                    .anyMatch(d -> names.stream()
                            .anyMatch(name -> d.object().replace("\"", "").contains(name)
                                    || String.valueOf(d.before()).contains(name)));
        }
    }
}
