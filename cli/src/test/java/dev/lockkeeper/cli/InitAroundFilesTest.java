package dev.lockkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.source.Convention;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A folder in which another tool's migrations lie becomes a project with one more file. */
@ExtendWith(Desk.Extension.class)
@Tag("USE-02")
class InitAroundFilesTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "migrations",
                "db/migrations",
                "db/migration",
                "src/main/resources/db/migration",
                "supabase/migrations",
                "sql"
            })
    void files_are_found_where_the_usual_tools_keep_them(String folder, Desk desk) {
        desk.write(folder + "/V1__a.sql", "create table a (id int);\n").write(folder + "/U1__a.sql", "drop table a;\n");
        Desk.Outcome outcome = desk.run("init", desk.folder().toString(), "--name", "shop");
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(outcome.out()).contains("found 1 migration in " + folder + " (flyway)");
        assertThat(desk.folder().resolve("lockkeeper.yaml"))
                .content()
                .startsWith("""
                # What Lockkeeper needs to know about this project.
                project: shop
                migrations: %s
                convention: flyway
                """.formatted(folder))
                .contains("\ndocs:\n  folder: docs\n  pictures: docs\n", "\ntypes:\n  folder: docs/types\n");
        assertThat(desk.folder().resolve(folder).toFile().list()).hasSize(2);
        assertThat(desk.run("apply").exitCode()).isZero();
    }

    @ParameterizedTest
    @EnumSource(Convention.class)
    void files_of_each_convention_are_told_apart_and_apply(Convention convention, Desk desk) {
        Path folder = desk.folder().resolve("migrations");
        String up = convention.join("create table a (id int);\n", "drop table a;\n");
        var files = convention.newFiles(folder, "20240102030405", "first");
        desk.write(
                desk.folder().relativize(files.get(0)).toString(),
                files.size() == 1 ? up : "create table a (id int);\n");
        files.stream()
                .skip(1)
                .forEach(file -> desk.write(desk.folder().relativize(file).toString(), "drop table a;\n"));
        convention
                .listed(folder, "shop", "first", Clock.systemUTC(), "ann")
                .ifPresent(
                        list -> desk.write(desk.folder().relativize(list.file()).toString(), list.text()));
        Desk.Outcome outcome = desk.run("init", desk.folder().toString());
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(desk.folder().resolve("lockkeeper.yaml"))
                .content()
                .contains("convention: " + convention.key() + "\n")
                .doesNotContain("downs");
        Desk.Outcome applied = desk.run("apply");
        assertThat(applied.exitCode()).as(applied.err()).isZero();
        assertThat(applied.err()).doesNotContain("note:", "warning");
    }

    @Test
    void tokens_of_flyway_and_missing_downs_come_along(Desk desk) {
        desk.write("sql/V1__a.sql", "create table ${app}.a (id int, n ${kind});\n")
                .write("flyway.conf", "flyway.locations=filesystem:sql\nflyway.placeholders.app = public\n");
        Desk.Outcome outcome = desk.run("init", desk.folder().toString(), "--name", "shop");
        assertThat(outcome.out()).contains("the scripts name ${kind}: set it in");
        assertThat(desk.folder().resolve("lockkeeper.yaml")).content().startsWith("""
                # What Lockkeeper needs to know about this project.
                project: shop
                migrations: sql
                convention: flyway
                # some migrations have no down script
                downs: optional
                tokens:
                  app: public
                #   kind: VALUE
                """);
        assertThat(desk.run("apply", "--set", "kind=int").exitCode()).isZero();
    }

    @Test
    void files_that_cannot_be_read_as_migrations_make_no_project(Desk desk) {
        desk.write("migrations/V1__a.sql", "select 1;\n").write("migrations/V1.0__b.sql", "select 2;\n");
        Desk.Outcome outcome = desk.run("init", desk.folder().toString());
        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.err()).contains("error[duplicate-version]");
        assertThat(desk.folder().resolve("lockkeeper.yaml")).doesNotExist();
    }
}
