package dev.lockkeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.lockkeeper.adopt.Adoption;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.Target;
import dev.lockkeeper.source.Convention;
import java.sql.Connection;
import java.util.Map;
import java.util.Properties;
import liquibase.Scope;
import liquibase.command.CommandScope;
import liquibase.database.Database;
import liquibase.database.DatabaseFactory;
import liquibase.database.jvm.JdbcConnection;
import liquibase.resource.DirectoryResourceAccessor;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.postgresql.Driver;

/** Histories that Liquibase itself wrote. */
@ExtendWith(Workshops.class)
@Tag("MIG-09")
class LiquibaseAdoptionTest {
    private static final String ONE = "--liquibase formatted sql\n\n--changeset ann:1\ncreate table a (id int);\n"
            + "--rollback drop table a;\n\n--changeset \"Bob B\":2 labels:x\ncreate table b (id int);\n"
            + "--rollback drop table b;\n";
    private static final String TWO = "--liquibase formatted sql\n--changeset ann:3\ncreate table c (id int);\n";

    /** Includes every file of the folder, as change logs do that only collect files. */
    private static void liquibase(Workshop workshop) {
        workshop.write("log.yaml", "databaseChangeLog:\n  - includeAll:\n      path: db\n      endsWithFilter: .sql\n");
        update(workshop, "log.yaml");
    }

    private static void update(Workshop workshop, String log) {
        Target target = workshop.target();
        try (Connection connection = new Driver().connect(target.jdbcUrl(), target.credentials(new Properties()));
                Database database = DatabaseFactory.getInstance()
                        .findCorrectDatabaseImplementation(new JdbcConnection(connection))) {
            Map<String, Object> scope = Map.of(
                    Scope.Attr.resourceAccessor.name(),
                    new DirectoryResourceAccessor(workshop.folder()),
                    "liquibase.analytics.enabled",
                    "false");
            Scope.child(
                    scope,
                    () -> new CommandScope("update")
                            .addArgumentValue("changelogFile", log)
                            .addArgumentValue("database", database)
                            .execute());
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static Newcomer newcomer(Workshop workshop) {
        return new Newcomer(
                workshop,
                Lockkeeper.of(
                        new dev.lockkeeper.source.Folder(
                                "main",
                                workshop.folder().resolve("db"),
                                Convention.ROLLBACKS_FOLDER,
                                dev.lockkeeper.source.Tokens.none()),
                        workshop.target(),
                        "lockkeeper",
                        dev.lockkeeper.plan.Policy.strict()));
    }

    @Test
    void file_is_one_migration_when_all_its_changesets_are_applied(Workshop workshop) {
        liquibase(workshop.write("db/01_one.sql", ONE).write("db/02_two.sql", TWO));
        Newcomer newcomer = newcomer(workshop);
        Adoption adoption = newcomer.adoptUntouched("databasechangelog");
        assertThat(adoption.table()).isEqualTo("public.databasechangelog");
        assertThat(Newcomer.lines(adoption))
                .containsExactly(
                        "01 NONE its 2 changesets are applied; Liquibase's MD5 is not checked",
                        "02 NONE its changeset is applied; Liquibase's MD5 is not checked");
        assertThat(newcomer.history()).containsExactly("01|liquibase", "02|liquibase");
        assertThat(workshop.rows("select h.applied_at = l.dateexecuted at time zone 'UTC' from lockkeeper.history h"
                        + " join databasechangelog l on l.filename = 'db/02_two.sql' where h.version = '02'"))
                .containsExactly("t");
    }

    @Test
    void file_without_marks_is_one_changeset(Workshop workshop) {
        liquibase(workshop.write("db/01_plain.sql", "create table a (id int);\n"));
        assertThat(Newcomer.lines(newcomer(workshop).adopt()))
                .containsExactly("01 NONE its changeset is applied; Liquibase's MD5 is not checked");
    }

    @Test
    void file_that_was_applied_in_part_or_has_lost_a_changeset_is_refused(Workshop workshop) {
        liquibase(workshop.write("db/01_one.sql", ONE).write("db/02_two.sql", TWO));
        workshop.write("db/01_one.sql", ONE.replace("\"Bob B\":2", "ann:2"));
        assertThat(newcomer(workshop).refusals())
                .extracting(Problem::code, p -> workshop.place(p), Problem::message)
                .containsExactly(
                        tuple(
                                Code.MIGRATION_ALTERED,
                                "db/01_one.sql",
                                "changeset Bob B:2 was applied, but the file has it no more"),
                        tuple(
                                Code.OTHER_TOOL_FAILED,
                                "db/01_one.sql",
                                "changeset ann:2 was never applied, others of its file were"));
    }

    @Test
    void change_log_that_is_not_sql_is_refused_with_advice(Workshop workshop) {
        workshop.write(
                "db/x.yaml",
                "databaseChangeLog:\n  - changeSet:\n      id: 1\n      author: ann\n      changes:\n"
                        + "        - createTable:\n            tableName: a\n            columns:\n"
                        + "              - column: {name: id, type: int}\n");
        update(workshop, "db/x.yaml");
        workshop.write("db/01_one.sql", "create table a (id int);\n");
        Problem problem = workshop.problem(() -> newcomer(workshop).adopt());
        assertThat(problem.code()).isEqualTo(Code.OTHER_TOOL_ROW);
        assertThat(problem.message())
                .isEqualTo("1 changeset of db/x.yaml cannot be taken over: it is not a file of SQL");
        assertThat(problem.help()).contains("lockkeeper baseline");
    }
}
