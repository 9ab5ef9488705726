package dev.lockkeeper.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lockkeeper.embedded.EmbeddedPostgres;
import dev.lockkeeper.embedded.Options;
import dev.lockkeeper.wire.Wire;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whoever may create something in a database cannot get anything run by a person who runs a command there. What is planted
 * is made from the text of all statements that the commands send, so that a new one is covered.
 */
@Tag("RUN-12")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TrustTest {
    private static final String PASSWORD = "secret";

    private final EmbeddedPostgres server =
            EmbeddedPostgres.start(Options.version(Integer.getInteger("lockkeeper.postgres", 18)));
    private final AtomicInteger copies = new AtomicInteger();
    private final List<String> harmless = new ArrayList<>();
    private Vocabulary vocabulary = Vocabulary.of(List.of());
    private List<String> record = List.of();

    @BeforeAll
    void run_all_commands_in_peace(@TempDir Path peace) throws Exception {
        execute("postgres", "create role plain superuser login password 'secret'");
        execute("postgres", "create role public_first superuser login password 'secret'");
        execute("postgres", "alter role public_first set search_path = public, pg_catalog");
        execute("postgres", "create database peaceful template template1");
        execute("peaceful", Life.BEFORE);
        execute("peaceful", "grant create on schema public to public");
        execute("postgres", "create database hostile template peaceful");
        try (Wire wire = new Wire(server.port())) {
            String first = copy("peaceful");
            harmless.addAll(new Life(server, wire.port(), "plain", PASSWORD, peace.toRealPath())
                    .run(first, copy("peaceful"), copy("peaceful")));
            vocabulary = Vocabulary.of(wire.queries());
            record = rows(
                    first,
                    "select relname from pg_class where relnamespace = 'lockkeeper'::regnamespace and relkind = 'r'");
        }
        execute("hostile", Hostility.ALARM);
        execute("hostile", Hostility.typesAndRelations(vocabulary, record, "public", ""));
        execute("hostile", Hostility.functions(vocabulary));
        execute("hostile", Hostility.operators(vocabulary));
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private String copy(String template) throws SQLException {
        String name = template + "_" + copies.incrementAndGet();
        execute("postgres", "create database " + name + " template " + template);
        return name;
    }

    private void execute(String database, String sql) throws SQLException {
        try (Connection connection = server.connect(database);
                Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.execute("set search_path = pg_catalog");
            statement.execute(sql);
        }
    }

    private List<String> rows(String database, String sql) throws SQLException {
        try (Connection connection = server.connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute("set search_path = pg_catalog");
            try (ResultSet set = statement.executeQuery(sql)) {
                List<String> rows = new ArrayList<>();
                while (set.next()) {
                    rows.add(set.getString(1));
                }
                return rows;
            }
        }
    }

    /** What was called, and whether something was called whose trace an abort has taken away. */
    private List<String> called(String database) throws SQLException {
        return rows(
                database,
                "select who || ' called ' || what || ', ' || count(*) || ' times' from public.called"
                        + " group by who, what union all select 'something was called, ' || last_value || ' times'"
                        + " from public.alarm where is_called order by 1");
    }

    @Test
    void commands_do_in_peace_what_they_are_for() {
        assertThat(harmless)
                .contains(
                        "adopt: 1",
                        "baseline: 1",
                        "fleet: [tenant_1 DONE [], tenant_2 DONE []]",
                        "fleet status: [true, true]",
                        "rollback: 1",
                        "repair EDITED: done",
                        "apply while another runs: runner-lock-held")
                .anyMatch(outcome -> outcome.startsWith("apply: connection-lost"))
                .anyMatch(outcome -> outcome.startsWith("apply that gives up: lock-not-available"))
                .noneMatch(outcome -> outcome.startsWith("cannot go on"));
    }

    @Test
    void what_is_planted_covers_the_statements() throws SQLException {
        assertThat(vocabulary.words()).contains("pg_class", "pg_stat_activity", "pg_locks", "text", "history");
        assertThat(record).contains("history", "journal");
        assertThat(
                        rows(
                                "hostile",
                                "select 'many' from pg_proc where pronamespace = 'public'::regnamespace having count(*) > 2000"))
                .containsExactly("many");
        assertThat(
                        rows(
                                "hostile",
                                "select 'many' from pg_operator where oprnamespace = 'public'::regnamespace having count(*) > 1000"))
                .containsExactly("many");
        assertThat(rows(
                        "hostile",
                        "select distinct oprname from pg_operator where oprnamespace = 'public'::regnamespace"))
                .contains("=", "||", "*", "<", "~");
        assertThat(rows("hostile", "select distinct proname from pg_proc where pronamespace = 'public'::regnamespace"))
                .contains("format", "current_setting", "count", "to_regclass");
        assertThat(rows("hostile", "select typname from pg_type where typnamespace = 'public'::regnamespace"))
                .contains("text", "name", "oid", "pg_class", "history");
    }

    @Test
    void planted_objects_notice_their_use() throws SQLException {
        String database = copy("hostile");
        execute(
                database,
                "set search_path = public, pg_catalog; select format('%I', 'x'::name), 'a'::text || 'b'::text,"
                        + " 1 = 1 from pg_class limit 1");
        assertThat(called(database)).hasSizeGreaterThan(3);
        String other = copy("hostile");
        execute(other, "set search_path = \"$user\", public; select format('x', 'a'::name, 'b'::name), 2::numeric * 1");
        assertThat(called(other)).hasSizeGreaterThan(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "public_first"})
    void nothing_that_others_have_made_is_called_by_any_command(String user, @TempDir Path folder) throws Exception {
        List<String> databases = List.of(copy("hostile"), copy("hostile"), copy("hostile"));
        List<String> outcomes = new Life(server, server.port(), user, PASSWORD, folder.toRealPath())
                .run(databases.get(0), databases.get(1), databases.get(2));
        List<String> called = new ArrayList<>();
        for (String database : databases) {
            called.addAll(called(database));
        }
        assertThat(called).as("%s\n%s", user, String.join("\n", outcomes)).isEmpty();
        assertThat(outcomes).isEqualTo(harmless);
    }

    /** Others may also have a trigger that runs for whoever logs in (manual 38.1, since 17). */
    @Test
    void nothing_is_called_when_a_trigger_sets_the_path_of_each_login(@TempDir Path folder) throws Exception {
        assumeTrue(
                Integer.getInteger("lockkeeper.postgres", 18) >= 17,
                "there are no triggers for logins before PostgreSQL 17");
        String database = copy("hostile");
        execute(database, """
            create function public.welcome() returns pg_catalog.event_trigger language plpgsql as $$
            begin perform pg_catalog.set_config('search_path', 'public, pg_catalog', false); end $$;
            create event trigger welcome on login execute function public.welcome()""");
        Files.createDirectories(folder.resolve("migrations"));
        Files.writeString(folder.resolve("migrations/V1__m1.sql"), "create schema made;\n");
        Files.writeString(folder.resolve("migrations/U1__m1.sql"), "drop schema made;\n");
        String outcome = Life.applied(server, "plain", PASSWORD, folder, database);
        assertThat(called(database)).as(outcome).isEmpty();
        assertThat(outcome).isEqualTo("1");
    }

    /** Temporary objects come before those of the server, unless the path says otherwise (manual, "search_path"). */
    @Test
    void nothing_temporary_that_a_script_has_made_is_used_by_the_record(@TempDir Path folder) throws Exception {
        String database = copy("peaceful");
        execute(database, Hostility.ALARM);
        Files.createDirectories(folder.resolve("migrations"));
        Path up = folder.resolve("migrations/V1__m1.sql");
        Files.writeString(folder.resolve("migrations/U1__m1.sql"), "select 1;\n");
        Files.writeString(
                up,
                "set search_path = pg_catalog;\n"
                        + Hostility.typesAndRelations(vocabulary, record, "pg_temp", "temporary"));
        assertThat(Life.applied(server, "plain", PASSWORD, folder, database)).isEqualTo("1");
        assertThat(called(database)).isEmpty();
        Files.writeString(folder.resolve("migrations/U2__m2.sql"), "select 1;\n");
        Files.writeString(
                folder.resolve("migrations/V2__m2.sql"),
                "vacuum public.flyway_schema_history;\n" + Files.readString(up)
                        + "\n;vacuum public.flyway_schema_history;\n");
        assertThat(Life.applied(server, "plain", PASSWORD, folder, database)).isEqualTo("1");
        assertThat(called(database)).isEmpty();
    }
}
