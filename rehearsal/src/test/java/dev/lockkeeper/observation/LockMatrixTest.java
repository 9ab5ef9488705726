package dev.lockkeeper.observation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.apply.Closing;
import dev.lockkeeper.apply.ScriptRunner;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.embedded.EmbeddedPostgres;
import dev.lockkeeper.embedded.Options;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.rehearsal.Databases;
import dev.lockkeeper.source.Script;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("PROOF-03")
class LockMatrixTest {
    @ParameterizedTest
    @ValueSource(ints = {15, 18})
    void what_each_statement_does_is_what_the_page_says(int version) throws IOException {
        Path matrix = Path.of("src/test/resources/dev/lockkeeper/observation/matrix.sql");
        StringBuilder told = new StringBuilder();
        try (EmbeddedPostgres server = EmbeddedPostgres.start(Options.version(version));
                Databases databases = Databases.of(server)) {
            String base = databases.create();
            try (Session session = open(databases, base)) {
                run(session, "base.sql", Files.readString(matrix.resolveSibling("base.sql")));
            }
            for (String statement : Files.readString(matrix).split("\n\n", -1)) {
                told.append(statement.strip()).append('\n');
                String copy = databases.copy(base);
                List<Observation> seen = new ArrayList<>();
                try (Session session = open(databases, copy);
                        Session outside = open(databases, copy)) {
                    run(session, outside, "m.sql", statement, seen);
                } catch (LockkeeperException e) {
                    told.append("    error ").append(e.getMessage()).append('\n');
                }
                seen.forEach(one -> told.append(line(one)));
                databases.drop(copy);
            }
        }
        Path golden = matrix.resolveSibling("matrix-" + version + ".txt");
        if ("refresh".equals(System.getProperty("lockkeeper.golden"))) {
            Files.writeString(golden, told, StandardCharsets.UTF_8);
        }
        assertThat(told).hasToString(Files.readString(golden));
    }

    private static String line(Observation one) {
        StringBuilder line = new StringBuilder();
        one.locks()
                .forEach(l -> line.append("    lock ")
                        .append(l.relation())
                        .append(' ')
                        .append(l.mode().sql())
                        .append('\n'));
        one.rewrites()
                .forEach(r -> line.append("    ")
                        .append(r.emptied() ? "empty " : "rewrite ")
                        .append(r.relation())
                        .append('\n'));
        one.scans()
                .forEach(s -> line.append("    scan ")
                        .append(s.relation())
                        .append(' ')
                        .append(s.passes())
                        .append('\n'));
        one.rows().forEach(r -> line.append("    rows ").append(r).append('\n'));
        one.effects()
                .forEach(e -> line.append("    ")
                        .append(e.change().key())
                        .append(' ')
                        .append(e.type())
                        .append(' ')
                        .append(e.object())
                        .append(e.before() == null ? "" : " was " + e.before())
                        .append('\n'));
        one.notes().forEach(n -> line.append("    note ").append(n).append('\n'));
        return line.toString();
    }

    private static Session open(Databases databases, String database) {
        return Session.open(databases.target(database), "matrix").unlimited();
    }

    private static void run(Session session, Session outside, String name, String sql, List<Observation> seen) {
        Script script = Script.of(name, sql);
        new ScriptRunner(session, new Observer(outside, script, seen::add))
                .run(script, script.commands(), ScriptRunner.Begin.FRESH, Closing.NONE);
    }

    private static void run(Session session, String name, String sql) {
        Script script = Script.of(name, sql);
        new ScriptRunner(session).run(script, script.commands(), ScriptRunner.Begin.FRESH, Closing.NONE);
    }
}
