package dev.lockkeeper.together;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.lockkeeper.embedded.EmbeddedPostgres;
import dev.lockkeeper.embedded.Options;
import dev.lockkeeper.library.Lockkeeper;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.together.Site.Run;
import dev.lockkeeper.wire.Wire;
import java.nio.file.Path;
import java.util.List;
import javax.sql.DataSource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;

/** Two runs behind a pooler, one behind it and one not, and a pool that is too small. */
@Tag("RUN-03")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PooledTest {
    private final EmbeddedPostgres server =
            EmbeddedPostgres.start(Options.version(Integer.getInteger("lockkeeper.postgres", 18))
                    .withSetting("track_activity_query_size", "64kB"));

    @BeforeAll
    static void find_pgbouncer() {
        assumeTrue(PgBouncer.isInstalled(), "pgbouncer is missing: apt-get install pgbouncer");
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private static void scripts(Site site, String disguise) throws Exception {
        site.migration(1, "insert " + Site.MARK + " into public.done values ('1');\n");
        site.migration(
                2,
                disguise + ";\nset lock_timeout = 0;\nvacuum pg_catalog.pg_am;\n" + Site.GATE + ";\ninsert " + Site.MARK
                        + " into public.done values ('2');\n");
    }

    private static void assertOnce(Site site, String told) throws Exception {
        assertThat(site.atOnce()).as(told).isLessThanOrEqualTo(1);
        assertThat(site.rows("select what from public.done order by 1"))
                .as(told)
                .containsExactly("1", "2");
        assertThat(site.rows("select version from lockkeeper.history where state = 'applied' order by 1"))
                .as(told)
                .containsExactly("1", "2");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void second_run_waits_for_the_first_behind_a_pooler(boolean bothPooled, @TempDir Path folder) throws Exception {
        try (PgBouncer pooler = new PgBouncer(server, folder, "session", 20);
                Site site = new Site(server, folder.toRealPath())) {
            scripts(site, "select 1");
            Run first = site.start(site.target(pooler.port()), "lockkeeper");
            site.awaitAtGate(first);
            Run second = site.start(site.target(bothPooled ? pooler.port() : server.port()), "lockkeeper");
            Awaitility.await().until(second::hasArrived);
            site.openGate();
            String told = "first " + first.end() + ", second " + second.end() + first.problems() + second.problems();
            assertOnce(site, told);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select 1",
                "discard all",
                "select pg_catalog.pg_advisory_unlock_all()",
                "set application_name = ''"
            })
    @Tag("RUN-02")
    void run_after_one_that_was_killed_behind_a_pooler_waits_for_its_last_statement(
            String disguise, @TempDir Path folder) throws Exception {
        try (PgBouncer pooler = new PgBouncer(server, folder, "session", 20);
                Wire wire = new Wire(pooler.port());
                Site site = new Site(server, folder.toRealPath())) {
            scripts(site, disguise);
            Run first = site.start(site.target(wire.port()), "lockkeeper");
            site.awaitAtGate(first);
            wire.cut();
            Run second = site.start(site.target(pooler.port()), "lockkeeper");
            Awaitility.await().until(second::hasArrived);
            site.openGate();
            String told = disguise + ": second " + second.end() + second.problems();
            Run third = site.start(site.target(pooler.port()), "lockkeeper");
            assertOnce(site, told + ", third " + third.end());
        }
    }

    @Test
    void pool_of_one_connection_is_refused_with_the_number_that_is_needed(@TempDir Path folder) throws Exception {
        try (PgBouncer pooler = new PgBouncer(server, folder, "session", 1);
                Site site = new Site(server, folder.toRealPath())) {
            scripts(site, "select 1");
            Run run = site.start(site.target(pooler.port()), "lockkeeper");
            String told = run.end() + run.problems();
            assertThat(run.problems()).as(told).hasSize(1);
            Problem problem = run.problems().get(0);
            assertThat(problem.message() + problem.why() + problem.help())
                    .as(told)
                    .containsPattern("\\b(two|three|2|3)\\b");
            assertThat(site.rows("select what from public.done")).as(told).isEmpty();
            assertThat(site.rows("select pg_catalog.to_regnamespace('lockkeeper')::text"))
                    .as(told)
                    .containsOnlyNulls();
        }
    }

    private PGSimpleDataSource source(PgBouncer pooler, Site site) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setServerNames(new String[] {"127.0.0.1"});
        source.setPortNumbers(new int[] {pooler.port()});
        source.setDatabaseName(site.database());
        source.setUser(server.user());
        source.setPassword(server.password());
        return source;
    }

    @Test
    @Tag("RUN-12")
    void library_runs_behind_a_pooler_in_session_mode_and_is_refused_in_transaction_mode(
            @TempDir Path session, @TempDir Path transaction) throws Exception {
        try (PgBouncer keeps = new PgBouncer(server, session, "session", 20);
                PgBouncer lends = new PgBouncer(server, transaction, "transaction", 20);
                Site site = new Site(server, session.toRealPath())) {
            site.migration(1, "create table t (id int);\ncreate index concurrently on t (id);\n");
            Path folder = session.toRealPath().resolve("migrations");
            HikariConfig configuration = new HikariConfig();
            configuration.setDataSource(source(lends, site));
            configuration.setMaximumPoolSize(3);
            try (HikariDataSource pool = new HikariDataSource(configuration)) {
                for (DataSource source : List.of(source(lends, site), pool)) {
                    Lockkeeper lockkeeper =
                            Lockkeeper.on(source).migrations(folder).downs("optional");
                    LockkeeperException refused = catchThrowableOfType(LockkeeperException.class, lockkeeper::apply);
                    assertThat(refused.problems()).extracting(Problem::code).containsExactly(Code.POOLED_CONNECTION);
                    assertThat(lockkeeper.plan().names()).containsExactly("1");
                }
                assertThat(pool.getHikariPoolMXBean().getActiveConnections()).isZero();
            }
            assertThat(site.rows("select pg_catalog.to_regnamespace('lockkeeper')::text"))
                    .containsOnlyNulls();
            assertThat(Lockkeeper.on(source(keeps, site))
                            .migrations(folder)
                            .downs("optional")
                            .apply()
                            .names())
                    .containsExactly("1");
        }
    }
}
