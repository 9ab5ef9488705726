package dev.lockkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a person sees who comes from another tool. */
@ExtendWith(Desk.Extension.class)
@Tag("MIG-09")
class AdoptCommandTest {
    private final StringBuilder seen = new StringBuilder();

    private Desk.Outcome type(Desk desk, String... arguments) {
        Desk.Outcome outcome = desk.run(arguments);
        seen.append(desk.normalized("$ lockkeeper " + String.join(" ", arguments) + "\n" + outcome.out() + outcome.err()
                + "exit code " + outcome.exitCode() + "\n"));
        return outcome;
    }

    /** A table as Flyway makes it, with the checksum of the project's first migration and a second one of Java. */
    private static void flyway(Desk desk) {
        desk.execute("create table public.flyway_schema_history (installed_rank int primary key, version varchar(50),"
                + " description varchar(200) not null, type varchar(20) not null, script varchar(1000) not null,"
                + " checksum int, installed_by varchar(100) not null, installed_on timestamp not null default now(),"
                + " execution_time int not null, success boolean not null); insert into public.flyway_schema_history"
                + " values (1, '1', 'first', 'SQL', 'V1__first.sql', " + checksum() + ", 'ann',"
                + " '2024-01-02 03:04:05', 12, true), (2, '2', 'second', 'JDBC', 'db.V2__second', null, 'bob',"
                + " '2024-02-03 04:05:06', 34, true), (3, null, 'views', 'SQL', 'R__views.sql', 7, 'bob',"
                + " '2024-02-03 04:05:07', 5, true)");
    }

    private static int checksum() {
        CRC32 crc = new CRC32();
        crc.update("create table first (id int primary key);".getBytes(StandardCharsets.UTF_8));
        return (int) crc.getValue();
    }

    @Test
    void history_of_flyway_is_looked_at_and_taken_over(Desk desk) {
        flyway(desk.project().second("create table second (id int);\n"));
        type(desk, "status");
        type(desk, "adopt", "--dry-run");
        type(desk, "adopt");
        type(desk, "adopt", "--reason", "we move");
        type(desk, "adopt", "--reason", "we move");
        type(desk, "adopt", "--from", "goose", "--reason", "we move");
        type(desk, "status");
        type(desk, "plan");
        Golden.check("adopt", seen.toString());
        assertThat(desk.rows("select reason from lockkeeper.audit where reason is not null"))
                .containsExactly("we move");
    }

    @Test
    void every_reason_against_is_told_with_what_to_do(Desk desk) {
        flyway(desk.project());
        desk.write("migrations/V1__first.sql", "create table first (id bigint primary key);\n");
        assertThat(type(desk, "adopt", "--dry-run").exitCode()).isEqualTo(4);
        Golden.check("adopt-refused", seen.toString());
    }

    @Test
    void baseline_takes_a_database_as_it_is(Desk desk) {
        desk.project().second("create table second (id int);\n").execute("create table first (id int)");
        type(desk, "baseline", "1", "--dry-run");
        type(desk, "baseline", "1");
        type(desk, "baseline", "x", "--reason", "made by hand");
        type(desk, "baseline", "9", "--reason", "made by hand");
        type(desk, "baseline", "1", "--reason", "made by hand");
        type(desk, "baseline", "1", "--reason", "made by hand");
        type(desk, "baseline", "2", "--reason", "made by hand");
        type(desk, "apply");
        Golden.check("baseline", seen.toString());
    }

    @Test
    void json_has_every_field(Desk desk) {
        flyway(desk.project().second("create table second (id int);\n"));
        Golden.check(
                "adopt.json",
                desk.normalized(
                        desk.run("adopt", "--reason", "x", "--output", "json").out()));
    }

    @Test
    void components_are_taken_over_one_by_one_and_baseline_wants_one(Desk desk) {
        desk.project()
                .write(
                        "lockkeeper.yaml",
                        "components:\n  one:\n    migrations: migrations\n  two:\n    migrations: migrations\n");
        assertThat(desk.run("baseline", "1", "--reason", "x").err()).contains("baseline takes one component at a time");
        assertThat(desk.run("baseline", "1", "--reason", "x", "--component", "two")
                        .exitCode())
                .isZero();
        desk.execute("create table public.schema_migrations (version varchar primary key);"
                + " insert into public.schema_migrations values ('1')");
        Desk.Outcome outcome = desk.run("adopt", "--reason", "x");
        assertThat(outcome.out()).contains("one in ", "1 migration of dbmate in public.schema_migrations");
        assertThat(outcome.err()).contains("component two has a history already");
        assertThat(outcome.exitCode()).isEqualTo(4);
        assertThat(desk.rows("select component || ' ' || origin from lockkeeper.history order by 1"))
                .containsExactly("one dbmate", "two baseline");
    }
}
