package dev.lockkeeper;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.apply.Event;
import dev.lockkeeper.plan.Policy;
import dev.lockkeeper.plan.Request;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.source.Convention;
import dev.lockkeeper.source.Tokens;
import dev.lockkeeper.source.Version;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each convention through the whole engine, found out by itself. */
@ExtendWith(Workshops.class)
@Tag("MIG-02")
class ConventionsRunTest {
    private static final String FUNCTION = "create function f() returns text language plpgsql as $$\nbegin\n"
            + "  -- migrate:down\n  -- +goose Down\n  -- +migrate Down\n  -- //@UNDO\n"
            + "  -- Down Migration\n  ---- create above / drop below ----\n  return ';';\nend $$;\n";

    private static Lockkeeper lockkeeper(Workshop workshop) {
        return Lockkeeper.of(workshop.folder(null, Tokens.none()), workshop.target(), "lockkeeper", Policy.strict());
    }

    private static void migration(
            Workshop workshop, Convention convention, String version, String name, String up, String down) {
        List<Path> files = convention.newFiles(Path.of(""), version, name);
        if (files.size() == 1) {
            workshop.write(files.get(0).toString(), convention.join(up, down));
        } else {
            workshop.write(files.get(0).toString(), up);
            workshop.write(files.get(1).toString(), down);
        }
        convention
                .listed(workshop.folder(), "shop", name, Clock.systemUTC(), "ann")
                .ifPresent(ConventionsRunTest::append);
    }

    private static void append(Convention.Listed list) {
        try {
            Files.writeString(list.file(), list.text(), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Version version(String text) {
        return Version.parse(text).orElseThrow();
    }

    private static List<String> manners(Lockkeeper lockkeeper, Request request) {
        List<String> manners = new ArrayList<>();
        lockkeeper.run(request, Duration.ofSeconds(30), event -> {
            if (event instanceof Event.StepFinished finished) {
                manners.add(finished.manner().name());
            }
        });
        return manners;
    }

    @ParameterizedTest
    @EnumSource(Convention.class)
    void migrations_of_every_convention_apply_and_roll_back(Convention convention, Workshop workshop) {
        migration(workshop, convention, "9", "table", "create table t (id int);\n", "drop table t;\n");
        migration(workshop, convention, "10", "function", FUNCTION, "drop function f();\n");
        Lockkeeper lockkeeper = lockkeeper(workshop);
        assertThat(manners(lockkeeper, Request.apply())).containsExactly("TRANSACTION", "TRANSACTION");
        assertThat(workshop.history())
                .containsExactly(
                        switch (convention) {
                            case SQL_MIGRATE -> new String[] {"9-table.sql|applied", "10-function.sql|applied"};
                            case SQITCH -> new String[] {"1|applied", "2|applied"};
                            default -> new String[] {"9|applied", "10|applied"};
                        });
        assertThat(workshop.rows("select f() from t right join (select 1) x on true"))
                .containsExactly(";");
        assertThat(lockkeeper.migrations().convention()).isEqualTo(convention);
        Workshop.run(lockkeeper, Request.rollback(2));
        assertThat(workshop.tables()).isEmpty();
        assertThat(workshop.rows("select to_regproc('f') is null")).containsExactly("t");
    }

    @ParameterizedTest
    @EnumSource(Convention.class)
    void error_of_the_server_in_a_down_script_is_placed_in_its_file(Convention convention, Workshop workshop) {
        if (convention == Convention.TRAILING_ROLLBACK) {
            migration(workshop, convention, "1", "a", "select 1;\n", "select 1;\nselect 1 / 0;\n");
        } else {
            migration(workshop, convention, "1", "a", "select 1;\n", "-- ä\nselect 1;\n  select 1 / 0;\n");
        }
        Lockkeeper lockkeeper = lockkeeper(workshop);
        Workshop.run(lockkeeper, Request.apply());
        Problem problem = workshop.problem(() -> Workshop.run(lockkeeper, Request.rollback(1)));
        assertThat(problem.code()).isEqualTo(Code.STATEMENT_FAILED);
        assertThat(problem.place()).isNotNull();
        assertThat(problem.place() == null ? "" : problem.place().sourceLine()).contains("select 1 / 0;");
    }

    @Test
    void files_of_one_number_are_gone_through_one_by_one_and_a_number_is_taken_where_it_is_clear(Workshop workshop) {
        workshop.write("1-a.sql", Convention.SQL_MIGRATE.join("create table a ();", "drop table a;"));
        workshop.write("2-b.sql", Convention.SQL_MIGRATE.join("create table b ();", "drop table b;"));
        Lockkeeper first = lockkeeper(workshop);
        Workshop.run(first, Request.applyTo(version("2")));
        assertThat(workshop.tables()).containsExactly("a", "b");
        workshop.write("2-c.sql", Convention.SQL_MIGRATE.join("create table c ();", "drop table c;"));
        workshop.write("later.sql", Convention.SQL_MIGRATE.join("create table d ();", "drop table d;"));
        assertThat(workshop.problem(() -> Workshop.run(lockkeeper(workshop), Request.applyTo(version("2"))))
                        .code())
                .isEqualTo(Code.VERSION_UNKNOWN);
        Workshop.run(lockkeeper(workshop), Request.apply());
        assertThat(workshop.history())
                .containsExactly("1-a.sql|applied", "2-b.sql|applied", "2-c.sql|applied", "later.sql|applied");
        Workshop.run(lockkeeper(workshop), Request.rollbackTo(version("2-b.sql")));
        assertThat(workshop.tables()).containsExactly("a", "b");
        Workshop.run(lockkeeper(workshop), Request.rollbackTo(version("1")));
        assertThat(workshop.tables()).containsExactly("a");
    }

    @Test
    @Tag("MIG-05")
    void script_that_declines_a_transaction_runs_statement_by_statement_and_goes_on_where_it_failed(Workshop workshop) {
        // a new label cannot be used in the transaction that adds it, and the server says so with no word of
        // transactions
        workshop.execute("create type mood as enum ('sad')");
        String up = "alter type mood add value 'glad';\n" + "create table t as select 'glad'::mood as mood;\n";
        workshop.write("1_mood.sql", "-- migrate:up\n" + up + "select 1 / 0;\n-- migrate:down\ndrop table t;\n");
        Problem inOne = workshop.problem(() -> Workshop.run(lockkeeper(workshop), Request.apply()));
        assertThat(inOne.server() == null ? "" : inOne.server().sqlState()).isEqualTo("55P04");
        assertThat(workshop.tables()).isEmpty();

        String alone = "-- migrate:up transaction:false\n" + up;
        String down = "-- migrate:down\ndrop table t;\ndrop type mood;\n";
        workshop.write("1_mood.sql", alone + "select 1 / 0;\n" + down);
        Problem partly = workshop.problem(() -> Workshop.run(lockkeeper(workshop), Request.apply()));
        assertThat(partly.code()).isEqualTo(Code.PARTLY_APPLIED);
        assertThat(workshop.place(partly)).isEqualTo("1_mood.sql:4:1");
        assertThat(workshop.tables()).containsExactly("t");

        workshop.write("1_mood.sql", alone + "select 1;\n" + down);
        assertThat(manners(lockkeeper(workshop), Request.apply())).containsExactly("STATEMENTS");
        assertThat(workshop.rows("select mood from t")).containsExactly("glad");
        assertThat(workshop.rows("select * from lockkeeper.journal")).isEmpty();
        assertThat(manners(
                        lockkeeper(workshop),
                        Request.rollbackTo(Version.parse("0").orElseThrow())))
                .containsExactly("TRANSACTION");
    }
}
