package dev.lockkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Desk.Extension.class)
@Tag("RUN-10")
class WindowCommandTest {
    private static Desk shop(Desk desk) {
        return desk.write("lockkeeper.yaml", "convention: flyway\nschema: app\ndata: rows.sql\n")
                .write(
                        "migrations/V1__a.sql",
                        "create schema ${schema}; create table ${schema}.a (id int primary key);\n")
                .write("migrations/U1__a.sql", "drop table ${schema}.a; drop schema ${schema};\n")
                .write("migrations/V2__b.sql", "alter table ${schema}.a add b int;\n")
                .write("migrations/U2__b.sql", "alter table ${schema}.a drop b;\n")
                .write("rows.sql", "insert into ${schema}.a select generate_series(1, 500);\n");
    }

    @Test
    void the_reference_schema_goes_up_and_down_within_the_window_of_ten_minutes_and_stalls_of_one(Desk desk) {
        Desk.Outcome outcome = desk.run(
                new Properties(),
                List.of(
                        "window",
                        "--project",
                        Document.ROOT.resolve("schemas/inference-platform").toString()));
        assertThat(outcome.exitCode()).as(outcome.out() + outcome.err()).isZero();
        assertThat(outcome.out())
                .contains("operational: 12 migrations, ", "analytics: 5 migrations, ", "202601150920 ")
                .contains("apply of ", "rollback of ", "within the window of 10 min", "within 1 min")
                .contains("Within the limits on PostgreSQL 18.");
    }

    @Test
    void a_rollback_that_holds_up_others_for_too_long_is_a_finding(Desk desk) {
        shop(desk).write("migrations/U2__b.sql", """
                alter table ${schema}.a drop b;
                do $$ begin
                  while not exists (select from pg_locks where relation = '${schema}.a'::regclass and not granted) loop
                    perform pg_sleep(0.005);
                  end loop;
                  perform pg_sleep(0.3);
                end $$;
                """);
        Desk.Outcome found = desk.run("window", "--stall", "200ms");
        assertThat(found.exitCode()).as(found.out() + found.err()).isEqualTo(3);
        assertThat(found.out())
                .contains("main: 2 migrations, 500 rows, beside 2 statements in turn")
                .contains("! the longest stall during a rollback was ", "longer than 200 ms: ")
                .contains("Not within the limits");
        Desk.Outcome json = desk.run("window", "--stall", "200ms", "--output", "json");
        assertThat(json.exitCode()).isEqualTo(3);
        assertThat(json.out().lines()).hasSize(1);
        assertThat(json.out())
                .startsWith("{\"schema\":\"lockkeeper/window/v1\",\"serverVersion\":\"18.")
                .contains("\"passed\":false,\"windowMs\":600000,\"stallMs\":200,\"sessions\":4,");
        assertThat(desk.run("window").exitCode()).as("a minute is not passed").isZero();
    }

    @Test
    void what_is_not_understood_is_a_usage_error(Desk desk) {
        shop(desk).write("work.sql", "select * from nowhere;\n");
        for (List<String> line : List.of(
                List.of("window", "--window", "soon"),
                List.of("window", "--stall", "0"),
                List.of("window", "--sessions", "31"),
                List.of("window", "--component", "other"),
                List.of("window", "--workload", desk.folder() + "/missing.sql"))) {
            Desk.Outcome refused = desk.run(line.toArray(String[]::new));
            assertThat(refused.exitCode()).as(line + refused.err()).isEqualTo(2);
        }
        Desk.Outcome failing = desk.run("window", "--workload", desk.folder() + "/work.sql");
        assertThat(failing.exitCode()).isEqualTo(1);
        assertThat(failing.err()).contains("a statement of the workload fails", "work.sql:1:1");
        desk.write("lockkeeper.yaml", "components: {a: {migrations: migrations}, b: {migrations: migrations}}\n");
        assertThat(desk.run("window", "--workload", desk.folder() + "/work.sql").err())
                .contains("a workload is for one component");
    }
}
