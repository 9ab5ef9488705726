package dev.lockkeeper.together;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.embedded.EmbeddedPostgres;
import dev.lockkeeper.embedded.Options;
import dev.lockkeeper.project.Target;
import dev.lockkeeper.together.Site.Run;
import dev.lockkeeper.wire.Wire;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Two runs of one component never work at the same time, whoever starts them, and whatever became of the first. */
@Tag("RUN-03")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OneAtATimeTest {
    private static final String PASSWORD = "secret";

    private final EmbeddedPostgres server =
            EmbeddedPostgres.start(Options.version(Integer.getInteger("lockkeeper.postgres", 18))
                    // the scripts' marks stand behind what is sent before them
                    .withSetting("track_activity_query_size", "64kB")
                    .withSetting("max_connections", "60"));

    @BeforeAll
    void makeRoles() throws SQLException {
        try (Connection connection = server.connect("postgres");
                Statement statement = connection.createStatement()) {
            statement.execute("create role together_owner; create role one login superuser password 'secret';"
                    + " create role two login superuser password 'secret';"
                    + " create role becomes_one login password 'secret' in role together_owner, pg_monitor;"
                    + " create role becomes_two login noinherit password 'secret' in role together_owner;"
                    + " alter role becomes_one set role = 'together_owner'; alter role becomes_two set role = 'together_owner';"
                    + " create role path_first login superuser password 'secret';"
                    + " alter role path_first set search_path = public, pg_catalog");
        }
    }

    @AfterAll
    void stop() {
        server.close();
    }

    /** Who runs first, who comes second, and where each keeps the record. */
    enum Pair {
        SAME_USER("one", "lockkeeper", "one", "lockkeeper"),
        TWO_USERS("one", "lockkeeper", "two", "lockkeeper"),
        TWO_USERS_THAT_BECOME_ONE_ROLE("becomes_one", "lockkeeper", "becomes_two", "lockkeeper"),
        USER_AND_ROLE("one", "lockkeeper", "becomes_two", "lockkeeper"),
        ROLE_AND_USER("becomes_two", "lockkeeper", "one", "lockkeeper"),
        OTHER_PATH("one", "lockkeeper", "path_first", "lockkeeper"),
        OTHER_RECORD("one", "lockkeeper", "one", "meta"),
        OTHER_USER_AND_RECORD("one", "lockkeeper", "two", "meta");

        private final String first;
        private final String firstRecord;
        private final String second;
        private final String secondRecord;

        Pair(String first, String firstRecord, String second, String secondRecord) {
            this.first = first;
            this.firstRecord = firstRecord;
            this.second = second;
            this.secondRecord = secondRecord;
        }
    }

    private static void assertOnce(Site site, String told) throws SQLException {
        assertThat(site.atOnce())
                .as("%s: scripts at work at the same time", told)
                .isLessThanOrEqualTo(1);
        assertThat(site.rows("select what from public.done order by 1"))
                .as(told)
                .doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @EnumSource
    void second_run_waits_or_is_refused_while_the_first_works(Pair pair, @TempDir Path folder) throws Exception {
        try (Site site = new Site(server, folder.toRealPath())) {
            site.execute("grant all on database " + site.database() + " to together_owner");
            site.migration(1, "insert " + Site.MARK + " into public.done values ('1');\n");
            site.migration(
                    2,
                    "set lock_timeout = 0;\nvacuum pg_catalog.pg_am;\n" + Site.GATE + ";\ninsert " + Site.MARK
                            + " into public.done values ('2');\n");
            site.migration(3, "insert " + Site.MARK + " into public.done values ('3');\n");
            Run first = site.start(site.target(server.port(), pair.first, PASSWORD), pair.firstRecord);
            site.awaitAtGate(first);
            Run second = site.start(site.target(server.port(), pair.second, PASSWORD), pair.secondRecord);
            Awaitility.await().until(second::hasArrived);
            boolean early = site.atOnce() > 1;
            site.openGate();
            String told = pair + ": first " + first.end() + ", second " + second.end();
            assertThat(early).as(told).isFalse();
            assertOnce(site, told);
            assertThat(first.end()).as(told).isEqualTo("done 3");
        }
    }

    /** What a script does to the session in which it runs, before it waits at the gate. */
    enum Disguise {
        NONE("select 1"),
        DISCARDS_ALL("discard all"),
        UNLOCKS_ALL("select pg_catalog.pg_advisory_unlock_all()"),
        RENAMES("set application_name = 'psql'"),
        RESETS("reset all; reset session authorization"),
        CLOSES_ALL("close all; deallocate all; unlisten *; discard plans; discard temp"),
        IS_SOMEBODY("set session authorization together_owner"),
        BECOMES_SOMEBODY("set role together_owner"),
        ASKS_NOT_FOR_ITS_CLIENT("set client_connection_check_interval = 0"),
        ASKS_NOT_FOR_ITS_CLIENT_AND_DISCARDS(
                "discard all; select pg_catalog.set_config('client_connection_check_interval', '0', false);"
                        + " set application_name = ''; select pg_catalog.pg_advisory_unlock_all()"),
        CHANGES_THE_ROLE("alter role current_user set application_name = 'somebody'; discard all"),
        KEEPS_ITS_LOCKS("do $$ begin perform pg_catalog.pg_advisory_lock(generate_series(1, 50)); end $$"),
        ENDS_THE_OTHERS("select pg_catalog.pg_terminate_backend(pid) from pg_catalog.pg_stat_activity where datname ="
                + " pg_catalog.current_database() and application_name like 'lockkeeper%' and pid <>"
                + " pg_catalog.pg_backend_pid()");

        private final String sql;

        Disguise(String sql) {
            this.sql = sql;
        }
    }

    /** The statement that is at the gate does its work in the end, for its server does not look for its client. */
    @ParameterizedTest
    @EnumSource
    @Tag("RUN-02")
    void next_run_waits_for_the_last_statement_of_one_that_was_killed(Disguise disguise, @TempDir Path folder)
            throws Exception {
        try (Site site = new Site(server, folder.toRealPath());
                Wire wire = new Wire(server.port())) {
            site.migration(1, "insert " + Site.MARK + " into public.done values ('1');\n");
            site.migration(
                    2,
                    "vacuum pg_catalog.pg_am;\n" + disguise.sql + ";\nset lock_timeout = 0;\nwith gate as (" + Site.GATE
                            + ") insert into public.done select '2' from gate;\n");
            check(site, wire, disguise.toString());
        }
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"DISCARDS_ALL", "ASKS_NOT_FOR_ITS_CLIENT_AND_DISCARDS", "CHANGES_THE_ROLE"})
    @Tag("RUN-02")
    void next_run_waits_for_the_whole_script_of_one_that_was_killed(Disguise disguise, @TempDir Path folder)
            throws Exception {
        try (Site site = new Site(server, folder.toRealPath());
                Wire wire = new Wire(server.port())) {
            site.migration(1, "insert " + Site.MARK + " into public.done values ('1');\n");
            site.migration(
                    2,
                    disguise.sql + ";\nset lock_timeout = 0;\n" + Site.GATE
                            + ";\ninsert into public.done values ('2');\n");
            check(site, wire, disguise.toString());
        }
    }

    /** Outside of a transaction block, where only the catalog tells what became of the statement. */
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "ENDS_THE_OTHERS")
    @Tag("RUN-02")
    void next_run_waits_for_the_call_that_commits_of_one_that_was_killed(Disguise disguise, @TempDir Path folder)
            throws Exception {
        try (Site site = new Site(server, folder.toRealPath());
                Wire wire = new Wire(server.port())) {
            site.execute("create procedure public.works() language plpgsql as $$ begin commit;"
                    + " perform pg_catalog.pg_advisory_lock_shared(99); perform pg_catalog.pg_advisory_unlock_shared(99);"
                    + " insert into public.done values ('2'); commit; end $$");
            site.migration(1, "insert " + Site.MARK + " into public.done values ('1');\n");
            site.migration(
                    2,
                    "vacuum pg_catalog.pg_am;\n" + disguise.sql + ";\nset lock_timeout = 0;\ncall " + Site.MARK
                            + " public.works();\n");
            check(site, wire, disguise.toString());
        }
    }

    // more than once, since a sequence of the record went back in some crashes only
    @RepeatedTest(3)
    @Tag("RUN-02")
    void runs_that_a_restart_of_the_server_cut_off_come_one_after_the_other(@TempDir Path folder) throws Exception {
        try (Site site = new Site(server, folder.toRealPath())) {
            site.migration(1, "insert " + Site.MARK + " into public.done values ('1');\n");
            site.migration(
                    2,
                    "set lock_timeout = 0;\nvacuum pg_catalog.pg_am;\n" + Site.GATE + ";\ninsert " + Site.MARK
                            + " into public.done values ('2');\n");
            Run first = site.start(site.target(server.port()), "lockkeeper");
            site.awaitAtGate(first);
            Run second = site.start(site.target(server.port()), "lockkeeper");
            Awaitility.await().until(second::hasArrived);
            site.crash(site.atGate());
            assertThat(first.end()).isEqualTo("connection-lost");
            // it waited for a lock that the server has forgotten, or came after the restart
            second.outcome().cancel(true);
            Run third = site.start(site.target(server.port()), "lockkeeper");
            site.awaitAtGate(third);
            Run fourth = site.start(site.target(server.port()), "lockkeeper");
            Awaitility.await().until(fourth::hasArrived);
            site.openGate();
            String told = "third " + third.end() + ", fourth " + fourth.end();
            assertOnce(site, told);
            assertThat(site.rows("select version from lockkeeper.history where state = 'applied' order by 1"))
                    .as(told)
                    .containsExactly("1", "2");
        }
    }

    private void check(Site site, Wire wire, String what) throws Exception {
        Target target = site.target(server.port());
        Run first = site.start(site.target(wire.port()), "lockkeeper");
        site.awaitAtGate(first);
        wire.cut();
        Run second = site.start(target, "lockkeeper");
        Awaitility.await().until(second::hasArrived);
        boolean early = site.atOnce() > 1;
        site.openGate();
        String told = what + ": second " + second.end() + " " + second.problems();
        assertThat(early).as(told).isFalse();
        // what is unknown is for a person; anything else is done now or by the same command
        Run third = site.start(target, "lockkeeper");
        told += ", third " + third.end();
        assertOnce(site, told);
        List<String> applied = site.rows("select version from lockkeeper.history where state = 'applied' order by 1");
        if (third.end().startsWith("done")) {
            assertThat(applied).as(told).containsExactly("1", "2");
            assertThat(site.rows("select what from public.done order by 1"))
                    .as(told)
                    .containsExactly("1", "2");
        } else {
            assertThat(third.end()).as(told).isEqualTo("statement-interrupted");
            assertThat(applied).as(told).containsExactly("1");
        }
    }
}
