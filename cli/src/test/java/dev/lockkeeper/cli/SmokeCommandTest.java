package dev.lockkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Desk.Extension.class)
@Tag("PROOF-01")
@Tag("USE-01")
class SmokeCommandTest {
    /** One migration for each verdict. */
    private static Desk verdicts(Desk desk) {
        return desk.write("lockkeeper.yaml", "project: shop\nprelude: roles.sql\nconvention: flyway\ndowns: optional\n")
                .write("roles.sql", "create schema app;\n")
                .write("migrations/V1__restores.sql", "create table app.t (a int, b int);\n")
                .write("migrations/U1__restores.sql", "drop table app.t;\n")
                .write("migrations/V2__column_order.sql", "alter table app.t drop column a;\n")
                .write("migrations/U2__column_order.sql", "alter table app.t add column a int;\n")
                .write("migrations/V3__differs.sql", "create index t_b on app.t (b);\ncomment on table app.t is 'x';\n")
                .write("migrations/U3__differs.sql", "drop index app.t_b;\n")
                .write("migrations/V4__down_fails.sql", "create view app.v as select b from app.t;\n")
                .write("migrations/U4__down_fails.sql", "drop view app.w;\n")
                .write("migrations/V5__no_down.sql", "create view app.x as select b from app.t;\n")
                .write("migrations/V6__empty_down.sql", "insert into app.t values (1);\n")
                .write("migrations/U6__empty_down.sql", "-- nothing\n");
    }

    @Test
    void every_verdict_is_shown_with_what_is_behind_it(Desk desk) {
        Desk.Outcome outcome =
                verdicts(desk).run("smoke", "--project", desk.folder().toString());
        assertThat(outcome.exitCode()).isEqualTo(3);
        Golden.check("verdicts", desk.normalized(outcome.out()).replaceAll("PostgreSQL 18\\.\\d+", "PostgreSQL 18"));
        Desk.Outcome json =
                desk.run("smoke", "--output", "json", "--project", desk.folder().toString());
        assertThat(json.exitCode()).isEqualTo(3);
        Golden.check("verdicts.json", desk.normalized(json.out()).replaceAll("18\\.\\d+", "18"));
    }

    @Test
    @Tag("PROOF-02")
    void rows_are_made_or_come_from_a_file_or_there_are_none(Desk desk) {
        desk.write("lockkeeper.yaml", "project: shop\nconvention: flyway\n")
                .write("migrations/V1__t.sql", "create table t (id int primary key, note text);\n")
                .write("migrations/U1__t.sql", "drop table t;\n")
                .write("migrations/V2__note.sql", "alter table t drop note;\n")
                .write("migrations/U2__note.sql", "alter table t add note text;\n")
                .write("rows.sql", "insert into t values (1, 'hunter2');\n");
        String file = desk.folder().resolve("rows.sql").toString();
        Desk.Outcome made = desk.run("smoke", "--project", desk.folder().toString());
        assertThat(made.exitCode()).isEqualTo(3);
        assertThat(made.out()).contains("lost public.t.note: 2 of 3 rows, NULL now (plain 1 ");
        Desk.Outcome given = desk.run("smoke", "--project", desk.folder().toString(), "--rows", file);
        assertThat(given.exitCode()).isEqualTo(3);
        assertThat(given.out())
                .contains("lost public.t.note: 1 of 1 row, NULL now\n")
                .doesNotContain("hunter2");
        assertThat(desk.run("smoke", "--project", desk.folder().toString(), "--rows", "none")
                        .exitCode())
                .isZero();
        assertThat(desk.run("check", "--fail-on", "never").exitCode()).isEqualTo(3);
        assertThat(desk.run("check", "--fail-on", "never", "--rows", "none").exitCode())
                .isZero();
        Desk.Outcome both = desk.run("smoke", "--project", desk.folder().toString(), "--rows", "none", "--rows", file);
        assertThat(both.exitCode()).isEqualTo(2);
        assertThat(both.err()).contains("--rows names several kinds of rows");
        Desk.Outcome unknown = desk.run("rehearse", "--project", desk.folder().toString(), "--rows", file);
        assertThat(unknown.exitCode()).isEqualTo(2);
        assertThat(unknown.err()).contains("rows of a file come with --data");
    }

    @Test
    void demo_shows_the_whole_way_and_ends_well(Desk desk) {
        Properties properties = new Properties();
        properties.setProperty("lockkeeper.home", System.getProperty("lockkeeper.root"));
        Desk.Outcome outcome = desk.run(properties, List.of("demo"));
        assertThat(outcome.exitCode()).isZero();
        Golden.check("demo", desk.normalized(outcome.out()).replaceAll("PostgreSQL 18\\.\\d+", "PostgreSQL 18"));
    }
}
