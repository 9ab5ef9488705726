package dev.lockkeeper;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.adopt.Predecessor;
import dev.lockkeeper.plan.Policy;
import dev.lockkeeper.plan.Request;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.Secret;
import dev.lockkeeper.project.Target;
import dev.lockkeeper.source.Convention;
import dev.lockkeeper.source.Folder;
import dev.lockkeeper.source.Tokens;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tables that look like a history and are none, or tell less than they seem to. */
@ExtendWith(Workshops.class)
@Tag("MIG-09")
class DoubtfulHistoriesTest {
    private static final String CHANGES = "create schema sqitch; create table sqitch.changes (change_id text,"
            + " script_hash text, change text, project text, committed_at timestamptz default clock_timestamp(),"
            + " committer_name text default 'Ann', planned_at timestamptz default now());";
    private static final String CHANGELOG =
            "create table databasechangelog (id varchar(255) not null, author varchar(255)"
                    + " not null, filename varchar(255) not null, dateexecuted timestamp not null default now(), orderexecuted int"
                    + " not null, exectype varchar(10) not null default 'EXECUTED');";

    private static Workshop one(Workshop workshop) {
        return workshop.write("1_a.up.sql", "create table a (id int);\n").write("1_a.down.sql", "drop table a;\n");
    }

    @Test
    void first_down_script_that_failed_leaves_golang_migrate_dirty_below_every_version(Workshop workshop) {
        one(workshop)
                .execute("create table schema_migrations (version bigint not null primary key, dirty boolean not null);"
                        + " insert into schema_migrations values (-1, true)");
        assertThat(Newcomer.in(workshop, null).refusals())
                .extracting(Problem::code)
                .containsExactly(Code.OTHER_TOOL_FAILED);
    }

    @Test
    void temporary_table_of_another_session_is_no_history(Workshop workshop) {
        one(workshop);
        try (Person other = workshop.session()) {
            other.execute("create temporary table schema_migrations as select 1 as version");
            Newcomer newcomer = Newcomer.in(workshop, null);
            assertThat(newcomer.lockkeeper().status().otherTool()).isEmpty();
            assertThat(Workshop.run(newcomer.lockkeeper(), Request.apply()).steps())
                    .hasSize(1);
        }
    }

    @Test
    void change_log_of_an_application_is_no_history_of_mybatis(Workshop workshop) {
        one(workshop)
                .execute("create table changelog (id int primary key, applied_at timestamptz not null default now(),"
                        + " description text not null); insert into changelog values (1, now(), 'a new logo')");
        Newcomer newcomer = Newcomer.in(workshop, null);
        assertThat(newcomer.lockkeeper().status().otherTool()).isEmpty();
        assertThat(workshop.problem(newcomer::adopt).code()).isEqualTo(Code.OTHER_TOOL_UNCLEAR);
    }

    @Test
    void table_with_columns_of_other_types_is_a_problem_with_a_name(Workshop workshop) {
        one(workshop)
                .execute("create table goose_db_version (id int, version_id text, is_applied text, tstamp text);"
                        + " insert into goose_db_version values (1, 'one', 'yes', 'today')");
        Problem problem = workshop.problem(() -> Newcomer.in(workshop, null).adopt());
        assertThat(problem.code()).isEqualTo(Code.OTHER_TOOL_UNCLEAR);
        assertThat(problem.message()).contains("public.goose_db_version");
        assertThat(problem.server()).isNotNull();
    }

    @Test
    void two_files_of_one_name_are_not_both_the_one_file_that_has_it(Workshop workshop) {
        workshop.write("001_init.sql", "create table a (id int);\n").write("rollbacks/001_init.sql", "drop table a;\n");
        workshop.execute(CHANGELOG + " insert into databasechangelog (id, author, filename, orderexecuted) values"
                + " ('raw', 'ann', 'shop/001_init.sql', 1), ('raw', 'bob', 'billing/001_init.sql', 2)");
        Problem problem = workshop.problem(() -> Newcomer.in(workshop, null).adopt());
        assertThat(problem.code()).isEqualTo(Code.OTHER_TOOL_ROW);
        assertThat(problem.message()).contains("shop/001_init.sql", "billing/001_init.sql");
    }

    @Test
    void changes_of_sqitch_with_the_same_script_are_told_apart_by_their_names(Workshop workshop) throws Exception {
        String script = "refresh materialized view totals;\n";
        String hash = HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-1").digest(script.getBytes(StandardCharsets.UTF_8)));
        workshop.write("001_refresh.sql", script).write("rollbacks/001_refresh.sql", "select 1;\n");
        workshop.write("002_refresh_again.sql", script).write("rollbacks/002_refresh_again.sql", "select 1;\n");
        workshop.execute(CHANGES + " insert into sqitch.changes values ('1', '" + hash
                + "', 'refresh', 'shop'), ('2', '" + hash + "', 'refresh_again', 'shop')");
        Newcomer newcomer = Newcomer.in(workshop, null);
        newcomer.adopt();
        assertThat(newcomer.history()).containsExactly("001|sqitch", "002|sqitch");
    }

    @Test
    void history_that_one_component_has_taken_over_is_not_taken_by_another(Workshop workshop) {
        one(workshop)
                .execute("create table public.schema_migrations (version bigint not null primary key, dirty boolean not"
                        + " null); insert into public.schema_migrations values (1, false)");
        Newcomer.in(workshop, null).adopt();
        Lockkeeper other = Lockkeeper.of(
                new Folder("other", workshop.folder(), Convention.GOLANG_MIGRATE, Tokens.none()),
                workshop.target(),
                "lockkeeper",
                Policy.strict());
        Problem problem = workshop.problem(
                () -> other.adopt(new Predecessor.Tool(null), "why", Duration.ofSeconds(30), holder -> {}));
        assertThat(problem.code()).isEqualTo(Code.OTHER_TOOL_UNCLEAR);
        assertThat(String.valueOf(problem.why())).contains("public.schema_migrations");
        assertThat(workshop.rows("select distinct component from lockkeeper.history"))
                .containsExactly("main");
    }

    @Test
    void the_same_wish_in_other_words_is_known_again(Workshop workshop) {
        one(workshop)
                .execute("create schema old; create table old.schema_migrations (version bigint not null primary key,"
                        + " dirty boolean not null); insert into old.schema_migrations values (1, false)");
        Newcomer newcomer = Newcomer.in(workshop, null);
        assertThat(newcomer.adopt("schema_migrations").before()).isNull();
        assertThat(newcomer.adopt("schema_migrations").before()).isNotNull();
        assertThat(newcomer.adopt("old.schema_migrations").before()).isNotNull();
        workshop.execute("drop schema lockkeeper cascade");
        assertThat(newcomer.baseline("1").before()).isNull();
        assertThat(newcomer.baseline("001").before()).isNotNull();
    }

    @Test
    void rows_that_a_policy_hides_are_not_taken_for_rows_that_are_not_there(Workshop workshop) {
        one(workshop)
                .execute("create table public.schema_migrations (version varchar(128) primary key); insert into"
                        + " public.schema_migrations values ('1'); alter table public.schema_migrations enable row level"
                        + " security; create role weak login password 'weak'; grant all on schema public to weak; grant"
                        + " select on public.schema_migrations to weak; do $$ begin execute format('grant create on"
                        + " database %I to weak', current_database()); end $$");
        try {
            Target own = workshop.target();
            Target weak =
                    new Target(own.host(), own.port(), own.database(), "weak", new Secret("weak"), own.properties());
            Lockkeeper lockkeeper = Lockkeeper.of(
                    workshop.folder(Convention.GOLANG_MIGRATE, Tokens.none()), weak, "lockkeeper", Policy.strict());
            assertThat(workshop.problem(() -> Workshop.run(lockkeeper, Request.apply()))
                            .code())
                    .isEqualTo(Code.HISTORY_OF_OTHER_TOOL);
            Problem problem = workshop.problem(() -> lockkeeper.previewAdoption(new Predecessor.Tool(null)));
            assertThat(problem.code()).isEqualTo(Code.OTHER_TOOL_UNCLEAR);
            assertThat(problem.server()).isNotNull();
        } finally {
            workshop.execute("drop owned by weak; drop role weak");
        }
    }
}
