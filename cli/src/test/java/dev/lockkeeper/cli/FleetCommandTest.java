package dev.lockkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(Desk.Extension.class)
@Tag("RUN-11")
class FleetCommandTest {
    private static final int MIGRATIONS = 4;

    private static Desk tenants(Desk desk, int count) {
        desk.write("lockkeeper.yaml", """
                convention: flyway
                fleets:
                  tenants:
                    schemas: select nspname from pg_namespace where nspname like 'tenant%' order by 1
                    canary: 1, 3
                    parallel: 2
                """);
        for (int i = 1; i <= MIGRATIONS; i++) {
            desk.write("migrations/V" + i + "__t.sql", "create table ${schema}.t" + i + " (id int primary key);\n")
                    .write("migrations/U" + i + "__t.sql", "drop table ${schema}.t" + i + ";\n");
        }
        desk.execute("do $$ begin for i in 1.." + count
                + " loop execute format('create schema tenant_%s', lpad(i::text, 3, '0')); end loop; end $$");
        return desk;
    }

    @Test
    void one_summary_tells_what_was_done_and_what_was_not(Desk desk) {
        tenants(desk, 6);
        desk.execute("create table tenant_003.t2 ()");
        Desk.Outcome failed = desk.run("fleet", "apply", "tenants", "--parallel", "1");
        assertThat(failed.exitCode()).isEqualTo(7);
        assertThat(failed.out()).isEqualTo("""
                  ! tenant_003 failed: relation "t2" already exists
                tenants: 6 targets: 2 done, 0 already, 1 failed, 3 not started.
                Next: fix it, then the same lockkeeper fleet apply goes on.
                """);
        assertThat(failed.err())
                .contains("wave 1 of 3: 1 target\n", "wave 2 of 3: 3 targets\n", "tenant_001: 4 migrations in ")
                .contains("V2__t.sql:1:1", "= note: target: tenant_003")
                .doesNotContain("wave 3");
        assertThat(desk.run("fleet", "status", "tenants").out()).isEqualTo("""
                  ! tenant_003: at 1, 1 applied, 2 pending, 1 needs attention
                  · tenant_004: 0 applied, 4 pending
                  · tenant_005: 0 applied, 4 pending
                  · tenant_006: 0 applied, 4 pending
                tenants: 6 targets: 2 up to date, 4 not.
                """);

        desk.execute("drop table tenant_003.t2");
        assertThat(desk.run("fleet", "apply", "tenants", "--parallel", "1").err())
                .contains("error[step-failed]", "to repair it here add: --fleet tenants --target tenant_003");
        List<String> repair = List.of("repair", "2", "--as", "retry", "--reason", "gone", "--fleet", "tenants");
        assertThat(desk.run(repair.toArray(String[]::new)).err()).contains("--fleet and --target belong together");
        assertThat(desk.run(with(repair, "--target", "tenant_03")).err()).contains("did you mean tenant_003?");
        assertThat(desk.run(with(repair, "--target", "tenant_003")).exitCode()).isZero();
        assertThat(desk.rows("select component from lockkeeper.audit where reason is not null"))
                .containsExactly("main/tenant_003");
        Desk.Outcome done = desk.run("fleet", "apply", "tenants");
        assertThat(done.exitCode()).isZero();
        assertThat(done.out()).isEqualTo("tenants: 6 targets: 4 done, 2 already, 0 failed, 0 not started.\n");
        assertThat(desk.run("fleet", "rollback", "tenants", "--to", "0").out())
                .isEqualTo("tenants: 6 targets: 6 done, 0 already, 0 failed, 0 not started.\n");
    }

    @Test
    void command_before_the_work_runs_once_a_target_and_finds_out_for_which(Desk desk) {
        tenants(desk, 2);
        desk.write("lockkeeper.yaml", """
                convention: flyway
                hooks:
                  before-apply:
                    - run: echo before $LOCKKEEPER_COMPONENT
                fleets:
                  tenants:
                    schemas: select nspname from pg_namespace where nspname like 'tenant%' order by 1
                """);
        assertThat(desk.run("fleet", "apply", "tenants").err())
                .contains("tenant_001: before main/tenant_001\n", "tenant_002: before main/tenant_002\n");
        assertThat(desk.run("fleet", "apply", "tenants").err())
                .as("there is no work any more")
                .doesNotContain("before");
    }

    private static String[] with(List<String> arguments, String... more) {
        return Stream.concat(arguments.stream(), Stream.of(more)).toArray(String[]::new);
    }

    @Test
    void json_is_one_object_with_every_target(Desk desk) {
        tenants(desk, 3);
        desk.execute("create table tenant_001.t1 ()");
        Desk.Outcome failed = desk.run("fleet", "apply", "tenants", "--output", "json");
        assertThat(failed.exitCode()).as("nothing was done anywhere").isEqualTo(1);
        assertThat(failed.out().lines()).hasSize(1);
        assertThat(failed.out())
                .startsWith(
                        "{\"schema\":\"lockkeeper/fleet/v1\",\"fleet\":\"tenants\",\"action\":\"apply\",\"waves\":2,")
                .contains(
                        "{\"target\":\"tenant_001\",\"wave\":1,\"state\":\"failed\",",
                        "\"sqlState\":\"42P07\"",
                        "{\"target\":\"tenant_003\",\"wave\":2,\"state\":\"not-started\",\"migrations\":0,")
                .contains("\"summary\":{\"done\":0,\"already\":0,\"failed\":1,\"not-started\":2},\"trace\":\"")
                .endsWith("\"warnings\":[]}\n");
        assertThat(desk.run("fleet", "status", "tenants", "--output", "json").out())
                .contains(
                        "{\"component\":\"main/tenant_001\",\"newest\":null,\"applied\":0,\"pending\":3,",
                        "\"failed\":1,",
                        "\"summary\":{\"current\":0,\"targets\":3}");
    }

    @Test
    void what_is_not_understood_is_a_usage_error(Desk desk) {
        tenants(desk, 1);
        for (List<String> line : List.of(
                List.of("fleet", "aply", "tenants"),
                List.of("fleet", "apply", "tenant"),
                List.of("fleet", "apply", "tenants", "--parallel", "0"),
                List.of("fleet", "apply", "tenants", "--set", "schema=public"),
                List.of("fleet", "apply"),
                List.of("fleet", "rollback", "tenants"))) {
            Desk.Outcome refused = desk.run(line.toArray(String[]::new));
            assertThat(refused.exitCode())
                    .as(String.join(" ", line) + "\n" + refused.err())
                    .isEqualTo(2);
            assertThat(refused.err()).contains("error[usage]");
        }
        assertThat(desk.run("fleet", "rollback", "tenants").err()).contains("--to VERSION");
        assertThat(desk.rows("select count(*) from pg_class where relname = 'history'"))
                .containsExactly("0");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_run_that_is_ended_half_way_goes_on_with_the_same_command(boolean byForce, Desk desk) throws Exception {
        tenants(desk, 100);
        Process process = start(desk);
        int reached = 0;
        while (reached < 40 && !process.waitFor(1, TimeUnit.MILLISECONDS)) {
            reached = applied(desk);
        }
        if (byForce) {
            process.destroyForcibly();
        } else {
            process.destroy();
        }
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        int kept = applied(desk);
        assertThat(kept).isBetween(40, 100 * MIGRATIONS - 1);
        Desk.Outcome again = desk.run("fleet", "apply", "tenants");
        assertThat(again.exitCode()).as(again.err()).isZero();
        assertThat(again.out()).contains("100 targets").doesNotContain(" 0 already");
        assertThat(applied(desk)).isEqualTo(100 * MIGRATIONS);
        assertThat(desk.rows("select count(*) from pg_class where relname ~ '^t[1-4]$' and relkind = 'r'"))
                .containsExactly(Integer.toString(100 * MIGRATIONS));
    }

    private static int applied(Desk desk) {
        boolean exists = desk.rows("select to_regclass('lockkeeper.history') is not null")
                .get(0)
                .equals("t");
        return exists
                ? Integer.parseInt(
                        desk.rows("select count(*) from lockkeeper.history").get(0))
                : 0;
    }

    private static Process start(Desk desk) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.lockkeeper.cli.Main",
                "fleet",
                "apply",
                "tenants",
                "--project",
                desk.folder().toString()));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(desk.variables());
        builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
        return builder.start();
    }
}
