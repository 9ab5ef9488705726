package dev.lockkeeper;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.apply.Repair;
import dev.lockkeeper.database.ScriptSession;
import dev.lockkeeper.fleet.Fleet;
import dev.lockkeeper.fleet.FleetEvent;
import dev.lockkeeper.fleet.FleetOutcome;
import dev.lockkeeper.fleet.FleetResult;
import dev.lockkeeper.fleet.FleetStatus;
import dev.lockkeeper.plan.Request;
import dev.lockkeeper.problem.Category;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.Environment;
import dev.lockkeeper.project.Project;
import dev.lockkeeper.project.ProjectFile;
import dev.lockkeeper.source.Version;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(Workshops.class)
@Tag("RUN-11")
class FleetTest {
    private static final String TENANTS =
            "schemas: select nspname from pg_namespace where nspname ~* '^tenant' order by 1";

    private static Workshop project(Workshop shop, String fleet) {
        return shop.write("lockkeeper.yaml", "convention: flyway\nfleets:\n  all:\n    " + fleet + "\n")
                .write("migrations/V1__a.sql", "create table ${schema}.a (id int primary key);")
                .write("migrations/U1__a.sql", "drop table ${schema}.a;")
                .write(
                        "migrations/V2__b.sql",
                        "create table ${schema}.b (a int references ${schema}.a (id)); insert into ${schema}.a values (1);")
                .write("migrations/U2__b.sql", "drop table ${schema}.b; delete from ${schema}.a;");
    }

    private static Workshop tenants(Workshop shop, int count) {
        shop.execute("do $$ begin for i in 1.." + count
                + " loop execute format('create schema tenant_%s', lpad(i::text, 3, '0')); end loop; end $$");
        return shop;
    }

    private static Fleet fleet(Workshop shop) {
        Project project = ProjectFile.read(shop.folder());
        Environment local = project.environment("local");
        return Fleet.open(project, project.fleet("all"), project.components(), local, Map.of(), shop.target());
    }

    private static FleetResult run(Workshop shop, Request request) {
        return fleet(shop).run(request, Duration.ofSeconds(30), event -> {});
    }

    private static List<Long> counts(FleetResult result) {
        return List.of(FleetOutcome.State.values()).stream().map(result::count).toList();
    }

    private static Version version(String text) {
        return Version.parse(text).orElseThrow();
    }

    @Test
    void two_hundred_schemas_of_one_database_get_histories_of_their_own(Workshop shop) {
        project(tenants(shop, 200), TENANTS + "\n    canary: 1, 10\n    parallel: 4");
        List<String> waves = new ArrayList<>();
        AtomicInteger inside = new AtomicInteger();
        List<Integer> met = new ArrayList<>();
        FleetResult first = fleet(shop).run(Request.apply(), Duration.ofSeconds(30), event -> {
            if (inside.incrementAndGet() > 1) {
                met.add(inside.get());
            }
            if (event instanceof FleetEvent.WaveStarted wave) {
                waves.add(wave.number() + "/" + wave.of() + " " + wave.size());
            }
            inside.decrementAndGet();
        });
        assertThat(counts(first)).containsExactly(200L, 0L, 0L, 0L);
        assertThat(first.failure()).isEmpty();
        assertThat(waves).containsExactly("1/3 1", "2/3 10", "3/3 189");
        assertThat(met).as("listener told by two threads at once").isEmpty();
        assertThat(shop.rows("select count(*), count(distinct component), min(component) from lockkeeper.history"))
                .containsExactly("400|200|main/tenant_001");
        assertThat(shop.rows("select count(*) from pg_class where relname in ('a', 'b') and relkind = 'r'"))
                .containsExactly("400");

        assertThat(counts(run(shop, Request.apply()))).containsExactly(0L, 200L, 0L, 0L);
        assertThat(fleet(shop).status()).hasSize(200).allMatch(FleetStatus::current);
    }

    @Test
    void twenty_databases_each_have_a_record_of_their_own(Workshop shop) {
        List<String> names =
                IntStream.rangeClosed(1, 20).mapToObj(i -> "shard_" + i).toList();
        names.forEach(name -> shop.execute("create database " + name));
        try {
            project(shop, "databases: [" + String.join(", ", names) + "]\n    canary: 2")
                    .write("migrations/V1__a.sql", "create table a (id int primary key);")
                    .write("migrations/V2__b.sql", "create table b (id int);");
            assertThat(counts(run(shop, Request.apply()))).containsExactly(20L, 0L, 0L, 0L);
            for (String name : names) {
                try (ScriptSession session = ScriptSession.open(shop.target().withDatabase(name), "test")) {
                    assertThat(session.resolve("select component || ' ' || version from lockkeeper.history order by id")
                                    .get(0))
                            .extracting(row -> row[0])
                            .containsExactly("main 1", "main 2");
                }
            }
            assertThat(counts(run(shop, Request.apply()))).containsExactly(0L, 20L, 0L, 0L);
        } finally {
            names.forEach(name -> shop.execute("drop database " + name + " with (force)"));
        }
    }

    @Test
    void a_failure_stops_the_waves_and_the_same_request_goes_on(Workshop shop) {
        project(tenants(shop, 40), TENANTS + "\n    canary: [1, 10]\n    parallel: 3");
        shop.execute("create table tenant_007.b ()");
        FleetResult first = run(shop, Request.apply());
        assertThat(first.count(FleetOutcome.State.FAILED)).isEqualTo(1);
        assertThat(first.count(FleetOutcome.State.DONE)).isBetween(5L, 10L);
        assertThat(first.failure()).contains(Category.PARTIAL);
        FleetOutcome failed = first.outcomes().get(6);
        assertThat(failed.target()).isEqualTo("tenant_007");
        assertThat(failed.state()).isEqualTo(FleetOutcome.State.FAILED);
        assertThat(failed.steps()).isEqualTo(1);
        assertThat(failed.problems())
                .singleElement()
                .satisfies(p -> assertThat(String.valueOf(p.place())).endsWith("V2__b.sql:1:1"));
        assertThat(first.outcomes().subList(11, 40)).allMatch(o -> o.state() == FleetOutcome.State.NOT_STARTED);
        assertThat(shop.rows("select count(*) from lockkeeper.history where component > 'main/tenant_012'"))
                .containsExactly("0");
        assertThat(fleet(shop).status().stream().filter(FleetStatus::current))
                .hasSize((int) first.count(FleetOutcome.State.DONE));

        shop.execute("drop table tenant_007.b");
        FleetResult unmended = run(shop, Request.apply());
        assertThat(unmended.outcomes().get(6).problems())
                .singleElement()
                .satisfies(p -> assertThat(p.code()).isEqualTo(Code.STEP_FAILED));
        assertThat(unmended.outcomes().subList(11, 40)).allMatch(o -> o.state() == FleetOutcome.State.NOT_STARTED);
        fleet(shop)
                .component("tenant_007", "main")
                .repair(new Repair("2", Repair.Action.RETRY, "it is gone"), Duration.ZERO, holder -> {});
        FleetResult second = run(shop, Request.apply());
        assertThat(second.failure()).isEmpty();
        assertThat(second.outcomes().get(6).state()).isEqualTo(FleetOutcome.State.DONE);
        assertThat(second.count(FleetOutcome.State.ALREADY) + second.count(FleetOutcome.State.DONE))
                .isEqualTo(40);
    }

    @Test
    void a_failure_before_anything_was_done_is_what_it_is(Workshop shop) {
        project(tenants(shop, 3), TENANTS + "\n    parallel: 1");
        shop.execute("create table tenant_001.a ()");
        FleetResult result = run(shop, Request.apply());
        assertThat(counts(result)).containsExactly(0L, 0L, 1L, 2L);
        assertThat(result.failure()).contains(Category.UNEXPECTED);
    }

    @Test
    void a_rollback_goes_to_a_version_and_takes_no_more_the_second_time(Workshop shop) {
        project(tenants(shop, 3), TENANTS);
        run(shop, Request.apply());
        shop.execute("create schema tenant_late");
        assertThat(shop.problem(() -> run(shop, Request.rollback(1))).code()).isEqualTo(Code.USAGE);
        Request toOne = Request.rollbackTo(version("1"));
        FleetResult first = run(shop, toOne);
        assertThat(counts(first)).as("the late one is below already").containsExactly(3L, 1L, 0L, 0L);
        assertThat(counts(run(shop, toOne))).containsExactly(0L, 4L, 0L, 0L);
        assertThat(shop.rows("select distinct version from lockkeeper.history where state = 'applied'"))
                .containsExactly("1");
        assertThat(counts(run(shop, Request.rollbackTo(version("0"))))).containsExactly(3L, 1L, 0L, 0L);
        FleetResult unknown = run(shop, Request.rollbackTo(version("9")));
        assertThat(unknown.outcomes().get(0).problems().get(0).code()).isEqualTo(Code.VERSION_UNKNOWN);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Tenant_001",
                "tenant 1",
                "tenant\"; drop schema tenant_001 cascade; --",
                "tenant'",
                "tenant$x$",
                "tenant-1",
                "tenänt"
            })
    void a_schema_whose_name_means_something_else_in_a_script_is_refused_before_anything_is_done(
            String name, Workshop shop) {
        project(tenants(shop, 1), "schemas: select nspname from pg_namespace where nspname ~* '^ten.nt' order by 1");
        shop.execute("create schema \"" + name.replace("\"", "\"\"") + "\"");
        Problem problem = shop.problem(() -> run(shop, Request.apply()));
        assertThat(problem.code()).isEqualTo(Code.FLEET_TARGETS);
        assertThat(problem.message()).contains(name);
        assertThat(shop.rows("select to_regnamespace('lockkeeper'), to_regclass('tenant_001.a')"))
                .containsExactly("null|null");
    }

    @Test
    void a_database_may_have_any_name(Workshop shop) {
        String name = "a \"b'; drop table x; --/é";
        shop.execute("create database \"" + name.replace("\"", "\"\"") + "\"");
        try {
            project(shop, "databases: select datname from pg_database where datname like 'a %'")
                    .write("migrations/V1__a.sql", "create table a (id int primary key);")
                    .write("migrations/V2__b.sql", "create table b (id int);");
            FleetResult result = run(shop, Request.apply());
            assertThat(counts(result)).containsExactly(1L, 0L, 0L, 0L);
            assertThat(result.outcomes().get(0).target()).isEqualTo(name);
        } finally {
            shop.execute("drop database \"" + name.replace("\"", "\"\"") + "\" with (force)");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[one, two, one]            | the target one is there twice",
                "select nspname from no     | the query for the targets fails",
                "select $$a$$, $$b$$        | the query gives 2 columns",
                "select null                | a target has no name",
                "create schema t; select 1  | the query for the targets fails"
            })
    void a_roster_that_cannot_be_worked_on_is_refused(String declared, String message, Workshop shop) {
        project(shop, "schemas: " + declared);
        Problem problem = shop.problem(() -> run(shop, Request.apply()));
        assertThat(problem.code()).isEqualTo(Code.FLEET_TARGETS);
        assertThat(problem.message()).isEqualTo("fleet all: " + message);
    }

    @Test
    void scripts_that_do_not_name_the_schema_would_do_the_same_everywhere_and_are_refused(Workshop shop) {
        project(tenants(shop, 2), TENANTS)
                .write("migrations/V1__a.sql", "create table a (id int primary key);")
                .write("migrations/V2__b.sql", "create table b (id int);");
        assertThat(shop.problem(() -> run(shop, Request.apply())).code()).isEqualTo(Code.FLEET_TARGETS);
    }

    @Test
    void a_target_that_cannot_be_reached_is_a_failure_with_its_name(Workshop shop) {
        project(shop, "databases: [no_such_database]")
                .write("migrations/V1__a.sql", "create table a (id int primary key);");
        FleetResult result = run(shop, Request.apply());
        assertThat(result.failure()).contains(Category.CONNECTION);
        assertThat(fleet(shop).status()).singleElement().satisfies(s -> {
            assertThat(s.current()).isFalse();
            assertThat(s.problems()).isNotEmpty();
        });
    }

    @Test
    void never_more_sessions_than_three_for_each_target_that_is_worked_on(Workshop shop) throws Exception {
        project(tenants(shop, 12), TENANTS + "\n    parallel: 4")
                .write(
                        "migrations/V1__a.sql",
                        "create table ${schema}.a (id int primary key); do $$ begin while exists (select from public.gate)"
                                + " loop perform pg_sleep(0.01); end loop; end $$;");
        shop.execute("create table public.gate (id int); insert into public.gate values (1)");
        String sessions = "select count(*), count(*) filter (where query ~ 'gate' and state = 'active'),"
                + " count(distinct regexp_replace(application_name, ' [(](work|look)[)]$', '')) from pg_stat_activity where"
                + " application_name like 'lockkeeper%' and datname = current_database()";
        CompletableFuture<Void> run = Workshop.inThread(
                () -> assertThat(counts(run(shop, Request.apply()))).containsExactly(12L, 0L, 0L, 0L));
        try {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> assertThat(shop.rows(sessions))
                            .as("four targets, each with its lock, its script and its watch")
                            .containsExactly("12|4|4"));
        } finally {
            shop.execute("delete from public.gate");
        }
        run.get(60, TimeUnit.SECONDS);
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(shop.rows(sessions)).containsExactly("0|0|0"));
    }

    @Test
    void a_fleet_without_targets_is_done(Workshop shop) {
        project(shop, TENANTS);
        FleetResult result = run(shop, Request.apply());
        assertThat(result.outcomes()).isEmpty();
        assertThat(result.failure()).isEmpty();
    }
}
