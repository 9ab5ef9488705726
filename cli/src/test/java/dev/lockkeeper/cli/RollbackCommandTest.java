package dev.lockkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.lockkeeper.loss.Loss;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.report.Style;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Data that goes: shown, asked for, refused; and the commands about where a history is. */
@ExtendWith(Desk.Extension.class)
@Tag("RUN-16")
class RollbackCommandTest {
    private static final List<Loss> LOSSES = List.of(new Loss("2", "table public.parcel", 1200L, true));

    @Test
    void rollback_that_takes_data_away_needs_yes_where_nobody_can_be_asked(Desk desk) {
        desk.project().run("apply");
        desk.execute("insert into first values (1)");
        Desk.Outcome plan = desk.run("plan", "--rollback");
        assertThat(plan.out()).contains("  ! takes away 1: table public.first, rows not known\n");
        Desk.Outcome refused = desk.run("rollback");
        assertThat(refused.exitCode()).isEqualTo(4);
        assertThat(refused.out()).contains("takes away 1: table public.first");
        assertThat(refused.err()).contains("error[rollback-unconfirmed]", "--yes");
        assertThat(desk.rows("select count(*) from first")).containsExactly("1");
        Desk.Outcome json = desk.run("rollback", "--output", "json");
        assertThat(json.exitCode()).isEqualTo(4);
        assertThat(json.out())
                .contains(
                        "\"losses\":[{\"version\":\"1\",\"what\":\"table public.first\",\"known\":true,\"rows\":null}]",
                        "rollback-unconfirmed");
        desk.execute("analyze first");
        assertThat(desk.run("plan", "--rollback", "--output", "json").out()).contains("\"rows\":1");
        Desk.Outcome done = desk.run("rollback", "--yes");
        assertThat(done.exitCode()).isZero();
        assertThat(done.out()).contains("takes away 1: table public.first, about 1 rows", "1 migration rolled back");
    }

    @Test
    void rollback_of_empty_tables_asks_nobody(Desk desk) {
        desk.project().run("apply");
        assertThat(desk.run("rollback").exitCode()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"yes\n", "y\n", " YES \n", "yes"})
    void person_at_a_terminal_says_yes(String typed) {
        ByteArrayOutputStream asked = new ByteArrayOutputStream();
        assertThat(demand(typed, asked)).isNull();
        assertThat(asked.toString(StandardCharsets.UTF_8)).contains("Type yes:");
    }

    @ParameterizedTest
    @ValueSource(strings = {"no\n", "\n", "", "yesterday\n"})
    void anything_else_is_no(String typed) {
        LockkeeperException refused = Objects.requireNonNull(demand(typed, new ByteArrayOutputStream()));
        assertThat(refused.problems().get(0).code()).isEqualTo(Code.ROLLBACK_UNCONFIRMED);
        assertThat(refused.problems().get(0).why()).isEqualTo("2: table public.parcel, about 1200 rows");
    }

    private static @Nullable LockkeeperException demand(String typed, ByteArrayOutputStream asked) {
        PrintStream err = new PrintStream(asked, true, StandardCharsets.UTF_8);
        Terminal terminal = new Terminal(
                err,
                err,
                false,
                Style.PLAIN,
                Style.PLAIN,
                true,
                new java.util.ArrayList<>(),
                new Interruption(),
                Narration.none());
        ByteArrayInputStream in = new ByteArrayInputStream(typed.getBytes(StandardCharsets.UTF_8));
        return catchThrowableOfType(LockkeeperException.class, () -> new Consent(terminal, false, in).demand(LOSSES));
    }

    @Test
    void fleet_shows_what_goes_in_each_target(Desk desk) {
        desk.write(
                        "lockkeeper.yaml",
                        "convention: flyway\nfleets:\n  all:\n    schemas: select 'tenant_' || i from"
                                + " generate_series(1, 2) i\n")
                .write("migrations/V1__t.sql", "create table ${schema}.t (id int);\n")
                .write("migrations/U1__t.sql", "drop table ${schema}.t;\n");
        desk.execute("create schema tenant_1; create schema tenant_2");
        assertThat(desk.run("fleet", "apply", "all").exitCode()).isZero();
        desk.execute("insert into tenant_2.t values (1)");
        Desk.Outcome refused = desk.run("fleet", "rollback", "all", "--to", "0");
        assertThat(refused.exitCode()).isEqualTo(4);
        assertThat(refused.out())
                .contains("takes away tenant_2 1: table tenant_2.t")
                .doesNotContain("tenant_1");
        assertThat(desk.rows("select count(*) from tenant_2.t")).containsExactly("1");
        assertThat(desk.run("fleet", "rollback", "all", "--to", "0", "--yes").exitCode())
                .isZero();
    }

    @Test
    void version_may_be_written_as_its_file_is_called(Desk desk) {
        desk.project().second("select 1;\n");
        assertThat(desk.run("apply", "--to", "V1").exitCode()).isZero();
        assertThat(desk.run("apply", "--to", "v002").exitCode()).isZero();
        assertThat(desk.run("rollback", "--to", "V001").exitCode()).isZero();
        assertThat(desk.rows("select version from lockkeeper.history where state = 'applied'"))
                .containsExactly("1");
        assertThat(desk.run("repair", "V1", "--as", "not-applied", "--reason", "test")
                        .exitCode())
                .isZero();
        assertThat(desk.run("apply", "--to", "Vx").exitCode()).isEqualTo(2);
    }

    @Test
    void history_follows_a_component_that_was_renamed_and_a_record_that_was_moved(Desk desk) {
        desk.project().run("apply");
        desk.write("lockkeeper.yaml", "project: shop\nhistory: meta\nmigrations: migrations\nconvention: flyway\n");
        Desk.Outcome status = desk.run("status");
        assertThat(status.err()).contains("warning[history-elsewhere]", "lockkeeper repair --move-record lockkeeper");
        assertThat(desk.run("apply").exitCode()).isEqualTo(4);
        Desk.Outcome moved = desk.run("repair", "--move-record", "lockkeeper", "--reason", "a schema of its own");
        assertThat(moved.exitCode()).isZero();
        assertThat(moved.out()).contains("the history is moved");
        desk.write(
                "lockkeeper.yaml",
                "project: shop\nhistory: meta\ncomponents:\n  store:\n    migrations: migrations\n    convention: flyway\n");
        assertThat(desk.run("apply").err()).contains("--move-from main --component store");
        Desk.Outcome renamed = desk.run("repair", "--move-from", "main", "--reason", "renamed", "--output", "json");
        assertThat(renamed.exitCode()).isZero();
        assertThat(renamed.out()).contains("\"component\":\"store\"", "\"action\":\"move\"", "\"version\":null");
        assertThat(desk.run("status").out()).contains("1 applied, 0 pending");
        for (List<String> wrong : List.of(
                List.of("repair"),
                List.of("repair", "1", "--move-from", "main", "--reason", "x"),
                List.of("repair", "--separate", "--move-from", "main", "--reason", "x"),
                List.of("repair", "--separate", "--as", "retry", "--reason", "x"),
                List.of("repair", "--separate"))) {
            assertThat(desk.run(wrong.toArray(String[]::new)).exitCode()).isEqualTo(2);
        }
        assertThat(desk.run("repair", "--separate", "--reason", "x").err())
                .contains("error[repair-unfit]: component store has a history already");
        desk.write(
                "lockkeeper.yaml",
                "project: shop\nhistory: meta\ncomponents:\n  copy:\n    migrations: migrations\n    convention: flyway\n");
        assertThat(desk.run("repair", "--separate", "--reason", "x").out()).contains("a component of its own");
    }
}
