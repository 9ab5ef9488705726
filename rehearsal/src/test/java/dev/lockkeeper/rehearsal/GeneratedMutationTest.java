package dev.lockkeeper.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.catalog.Catalog;
import dev.lockkeeper.catalog.Comparison;
import dev.lockkeeper.catalog.Difference;
import dev.lockkeeper.catalog.Fingerprint;
import dev.lockkeeper.catalog.Moment;
import dev.lockkeeper.catalog.Surroundings;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.embedded.EmbeddedPostgres;
import dev.lockkeeper.embedded.Options;
import dev.lockkeeper.rehearsal.Mutations.Mutation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.logging.Logger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Changes each thing that can be changed of each object of each kind: the proof must see and name all of it. */
@Tag("PROOF-01")
class GeneratedMutationTest {
    private static final Path RESOURCES =
            Path.of(System.getProperty("lockkeeper.root"), "rehearsal/src/test/resources");

    @ParameterizedTest
    @ValueSource(ints = {18})
    void every_change_of_every_object_is_seen_and_named_and_its_undoing_leaves_nothing(int version)
            throws IOException, SQLException {
        try (EmbeddedPostgres server = EmbeddedPostgres.start(Options.version(version))) {
            String database = server.createDatabase();
            try (Session session = Session.over(server.connect(database))) {
                for (String file : List.of("rich-schema.sql", "every-kind.sql")) {
                    session.scripts().send(Files.readString(RESOURCES.resolve(file)), notice -> {});
                }
            }
            String copy = server.createDatabase(database);
            try (Session session = Session.over(server.connect(database));
                    Session origin = Session.over(server.connect(copy))) {
                every(
                        new Round(new Rehearsal(Databases.of(server)).catalog(session), session, origin),
                        session,
                        version);
            }
        }
    }

    private static void every(Round round, Session session, int version) {
        List<Mutation> mutations = Mutations.of(session);
        mutations.forEach(round::change);
        round.undoAll();
        Logger.getLogger("proof")
                .info("PostgreSQL " + version + ": " + round.seen + " of " + mutations.size() + " mutations seen, "
                        + round.refused.size() + " refused by the server, " + round.undone + " undone, " + round.fixed
                        + " fixed by what is printed");
        assertThat(round.wrong).isEmpty();
        assertThat(round.fixed).isGreaterThanOrEqualTo(100);
        assertThat(round.seen).isGreaterThanOrEqualTo(300);
        assertThat(round.refused)
                .as("the server knows what the generator asks for")
                .hasSizeLessThan(60);
    }

    /** One session in which everything happens, so that it is fast. */
    private static final class Round {
        private final Session session;
        private final Catalog catalog;
        private final Session origin;
        private final Fingerprint was;
        private final Surroundings around;
        private final List<String> wrong = new ArrayList<>();
        private final List<String> refused = new ArrayList<>();
        private final List<Mutation> undoable = new ArrayList<>();
        private int seen;
        private int undone;
        private int fixed;

        Round(Catalog catalog, Session session, Session origin) {
            this.session = session;
            this.origin = origin;
            this.catalog = catalog;
            send("begin; savepoint s");
            was = catalog.fingerprint(session);
            around = catalog.surroundings(session);
        }

        private void send(String sql) {
            session.scripts().send(sql, notice -> {});
        }

        void change(Mutation mutation) {
            if (attempt(mutation.change())) {
                List<Difference> found = differences();
                if (found.isEmpty()) {
                    wrong.add("unseen: " + mutation.change());
                } else if (!named(found, mutation.names())) {
                    wrong.add("not named: " + mutation.change() + ": " + found);
                } else if (found.toString().contains("secret9")
                        || found.toString().contains("secret1")) {
                    wrong.add("a secret is shown: " + mutation.change());
                } else {
                    seen++;
                    fix(mutation, found);
                    if (mutation.undo() != null) {
                        undoable.add(mutation);
                    }
                }
            }
            send("rollback to s");
        }

        /** Runs what is printed as missing in the down script, from top to bottom: what has a statement must be gone. */
        private void fix(Mutation mutation, List<Difference> found) {
            List<String> fixes =
                    found.stream().map(Difference::fix).filter(Objects::nonNull).toList();
            if (fixes.isEmpty()) {
                return;
            }
            try {
                send(String.join("\n", fixes));
            } catch (SqlFailure e) {
                wrong.add("not to be run: " + mutation.change() + ": " + e.getMessage() + ": " + fixes);
                return;
            }
            List<Difference> left = differences();
            // a column can only be added at the end
            boolean moved = fixes.stream().anyMatch(fix -> fix.contains(" add column "));
            boolean gone = left.stream()
                    .filter(d -> !moved || !d.kind().equals("column order"))
                    .allMatch(d -> found.stream().anyMatch(f -> f.fix() == null && f.equals(d)));
            if (gone) {
                fixed++;
            } else {
                wrong.add("not fixed: " + mutation.change() + ": " + fixes + ": " + left);
            }
        }

        private static boolean named(List<Difference> found, List<String> names) {
            return found.stream()
                    .anyMatch(d -> names.stream()
                            .anyMatch(name -> d.object().replace("\"", "").contains(name)
                                    || String.valueOf(d.before()).contains(name)));
        }

        private boolean attempt(String sql) {
            try {
                send("reset search_path; " + sql);
                return true;
            } catch (SqlFailure e) {
                send("rollback to s");
                refused.add(sql + ": " + e.getMessage());
                return false;
            }
        }

        private List<Difference> differences() {
            Fingerprint is = catalog.fingerprint(session);
            Comparison comparison = catalog.compare(origin, was, session, is);
            Moment moment = is.moment();
            return moment.surroundings().equals(was.moment().surroundings())
                    ? comparison.differences()
                    : comparison
                            .and(around.compare(catalog.surroundings(session)))
                            .differences();
        }

        /** Most undoings are right, so many are looked at together, and one by one only when something is left. */
        void undoAll() {
            for (int from = 0; from < undoable.size(); from += 25) {
                List<Mutation> some = undoable.subList(from, Math.min(undoable.size(), from + 25));
                boolean right = true;
                for (Mutation mutation : some) {
                    right &= attempt(mutation.change() + "; " + mutation.undo());
                }
                if (!right || !differences().isEmpty()) {
                    send("rollback to s");
                    some.forEach(this::undoOne);
                } else {
                    undone += some.size();
                }
                send("rollback to s");
            }
        }

        private void undoOne(Mutation mutation) {
            if (!attempt(mutation.change() + "; " + mutation.undo())) {
                wrong.add("not undone: " + mutation.undo());
            } else {
                List<Difference> left = differences();
                if (left.isEmpty()) {
                    undone++;
                } else {
                    wrong.add("left after " + mutation.change() + "; " + mutation.undo() + ": " + left);
                }
            }
            send("rollback to s");
        }
    }
}
