package dev.lockkeeper.forecast;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.database.Session;
import dev.lockkeeper.embedded.EmbeddedPostgres;
import dev.lockkeeper.observation.LockMode;
import dev.lockkeeper.rehearsal.Course;
import dev.lockkeeper.rehearsal.Databases;
import dev.lockkeeper.rehearsal.PlanRehearsal;
import dev.lockkeeper.rehearsal.RehearsedMigration;
import dev.lockkeeper.source.Migration;
import dev.lockkeeper.source.Script;
import dev.lockkeeper.source.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Forecasts of what a server did, for tables of which nothing but the statistics is there. */
@Tag("PROOF-05")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ForecasterTest {
    private static final String SCHEMA = "create schema s; create table s.t (id int primary key, n int, at timestamp);"
            + " create index on s.t (n); create table s.u (id int, n int); create table s.p (n int, m int) partition by list (n);"
            + " create table s.p1 partition of s.p for values in (1);";

    private EmbeddedPostgres server;
    private Rates rates;

    @BeforeAll
    void start() {
        server = EmbeddedPostgres.start();
        try (Databases databases = Databases.of(server);
                Session session = Session.open(databases.target(databases.create()), "test")) {
            rates = Rates.of(session);
        }
    }

    @AfterAll
    void stop() {
        server.close();
    }

    /** @param live SQL that makes the live database */
    private List<Forecast> forecast(String live, String... scripts) {
        Databases databases = Databases.of(server);
        String database = databases.create();
        try (Session session = Session.open(databases.target(database), "test")) {
            session.execute(SCHEMA);
            for (String statement : live.split(";", -1)) {
                if (!statement.isBlank()) {
                    session.alone(statement);
                }
            }
            List<Migration> observed = new ArrayList<>();
            for (String script : scripts) {
                observed.add(migration(observed.size() + 2, script));
            }
            List<RehearsedMigration> plan = new PlanRehearsal(databases, List.of(), List.of())
                    .run(List.of(new Course("main", List.of(migration(1, SCHEMA)), observed)), seen -> {})
                    .migrations();
            return Forecaster.of(plan, rates, Sizes.of(session, Forecaster.tables(plan)));
        } finally {
            databases.drop(database);
        }
    }

    private static Migration migration(int version, String sql) {
        return new Migration(
                Version.parse(Integer.toString(version)).orElseThrow(),
                "test",
                Script.of("V" + version + ".sql", sql),
                null);
    }

    @Test
    void classes_follow_from_what_was_observed() {
        List<Forecast> all = forecast(
                "insert into s.t select g, g from generate_series(1, 5000) g; insert into s.u select g, g from"
                        + " generate_series(1, 5000) g; analyze s.t; analyze s.u",
                "comment on table s.t is 'x'",
                "alter table s.u add check (n > 0)",
                "create index on s.u (n)",
                "alter table s.u alter n type bigint",
                "alter table s.t alter n type bigint",
                "update s.u set n = 1",
                "create table s.made (id int); alter table s.made add x int default random()");
        assertThat(all)
                .extracting(one -> one.effort().sign())
                .containsExactly(
                        "O(1)", "O(rows)", "O(rows)", "O(rows)", "O(rows x indexes)", "O(rows)", "O(1)", "O(1)");
        assertThat(all)
                .extracting(Forecast::most)
                .containsExactly(false, false, false, false, false, true, false, false);
        assertThat(all.get(4).tables().get(0).size().rows()).isBetween(4999d, 5001d);
        assertThat(all.get(0).millis()).isZero();
    }

    @Test
    void lock_is_held_for_the_statement_and_those_that_follow_in_its_transaction() {
        List<Forecast> all = forecast(
                "insert into s.u select g, g from generate_series(1, 5000) g; analyze s.u",
                "alter table s.u add x int; alter table s.u add check (n > 0); update s.u set n = 2",
                "alter table s.t add y int");
        Forecast.Wait first = all.get(0).waits().get(0);
        assertThat(first.relation()).isEqualTo("s.u");
        assertThat(first.mode()).isEqualTo(LockMode.ACCESS_EXCLUSIVE);
        double later = known(all.get(1).millis()) + known(all.get(2).millis());
        assertThat(known(first.millis())).isBetween(later - 0.001, later + 0.001);
        assertThat(known(all.get(3).waits().get(0).millis())).isZero();
    }

    private static double known(@Nullable Double millis) {
        return Objects.requireNonNull(millis);
    }

    @Test
    void partitions_that_only_the_target_has_count_and_a_renamed_table_is_found() {
        List<Forecast> all = forecast(
                "create table s.p2 partition of s.p for values in (2); insert into s.p select 1 + g % 2, g from"
                        + " generate_series(1, 6000) g; analyze s.p; insert into s.t select g from generate_series(1, 3000) g;"
                        + " analyze s.t",
                "alter table s.p alter m type bigint",
                "alter table s.t rename to renamed; alter table s.renamed alter n type bigint");
        Forecast.Table table = all.get(0).tables().get(0);
        assertThat(table.name()).isEqualTo("s.p");
        assertThat(table.size().partitions()).isEqualTo(2);
        assertThat(table.size().rows()).isBetween(5999d, 6001d);
        Forecast renamed = all.get(2);
        assertThat(renamed.tables().get(0).name()).isEqualTo("s.t");
        assertThat(renamed.tables().get(0).size().rows()).isBetween(2999d, 3001d);
    }

    @Test
    void what_was_never_analyzed_and_what_is_not_there_is_not_known() {
        List<Forecast> all = forecast(
                "drop table s.u; alter table s.t set (autovacuum_enabled = false); set track_counts = off; insert into s.t"
                        + " select g from generate_series(1, 3000) g; set track_counts = on",
                "alter table s.t alter n type bigint; alter table s.t add z int",
                "alter table s.u alter n type bigint");
        assertThat(all.get(0).millis()).isNull();
        assertThat(all.get(0).unknown())
                .containsExactly("s.t was never analyzed, so its rows are not known: run analyze s.t");
        assertThat(all.get(0).waits().get(0).millis()).isNull();
        assertThat(all.get(2).unknown()).containsExactly("the target has no statistics of s.u");
        assertThat(all.get(2).effort()).isEqualTo(Forecast.Effort.ROWS);
    }

    @Test
    void table_that_somebody_has_locked_is_told_by_its_pages_and_not_waited_for() throws Exception {
        Databases databases = Databases.of(server);
        String database = databases.create();
        try (Session session = Session.open(databases.target(database), "test");
                java.sql.Connection other = server.connect(database);
                java.sql.Statement statement = other.createStatement()) {
            session.execute(SCHEMA + " insert into s.t select g from generate_series(1, 3000) g");
            session.alone("vacuum analyze s.t");
            other.setAutoCommit(false);
            statement.execute("lock table s.t in access exclusive mode");
            Size size = Sizes.of(session, List.of("s.t")).find("s.t").orElseThrow();
            assertThat(size.rows()).isBetween(2999d, 3001d);
            assertThat(size.indexes()).isEqualTo(2);
            other.rollback();
        } finally {
            databases.drop(database);
        }
    }
}
