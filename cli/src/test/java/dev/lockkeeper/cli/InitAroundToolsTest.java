package dev.lockkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What another tool's configuration says goes into the project file: folder, placeholders, address. */
@ExtendWith(Desk.Extension.class)
@Tag("USE-02")
class InitAroundToolsTest {
    private static final String UP = "create table ${app}.a (id int);\n";

    private static String yaml(Desk desk) throws IOException {
        Desk.Outcome outcome = desk.run("init", desk.folder().toString(), "--name", "shop");
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        return Files.readString(desk.folder().resolve("lockkeeper.yaml"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        flyway.toml | [environments.default]~url = "jdbc:postgresql://db.example:5433/shop"~user = "me"~password = "hidden"~[flyway]~locations = ["filesystem:own/sql"]~[flyway.placeholders]~app = "public"
        flyway.conf | flyway.url=jdbc:postgresql://db.example:5433/shop?sslmode=require~flyway.user=me~flyway.password=hidden~flyway.locations=filesystem:own/sql,filesystem:other~flyway.outOfOrder=true~flyway.placeholders.app=public
        src/main/resources/application.properties | spring.datasource.url=jdbc:postgresql://db.example:5433/shop~spring.datasource.username=me~spring.datasource.password=hidden~spring.flyway.locations=filesystem:own/sql~spring.flyway.placeholders.app=public
        src/main/resources/application.yml | spring:~  datasource:~    url: jdbc:postgresql://db.example:5433/shop~    username: me~    password: hidden~  flyway:~    locations: filesystem:own/sql~    placeholders:~      app: public
        """)
    void flyway_in_each_of_its_files(String file, String text, Desk desk) throws IOException {
        desk.write("own/sql/V1__a.sql", UP).write("own/sql/U1__a.sql", "drop table ${app}.a;\n");
        desk.write(file, text.replace('~', '\n') + "\n");
        assertThat(yaml(desk)).startsWith("""
            # What Lockkeeper needs to know about this project.
            project: shop
            migrations: own/sql
            convention: flyway
            tokens:
              app: public
            # the database that %s names; an environment called local would be the default
            # environments:
            #   NAME:
            #     url: "postgresql://me@db.example:5433/shop%s"
            """.formatted(file, file.endsWith(".conf") ? "?sslmode=require" : ""));
        assertThat(desk.run("smoke", "--project", desk.folder().toString()).exitCode())
                .isZero();
    }

    @Test
    void flyway_in_a_pom_and_on_the_class_path(Desk desk) throws IOException {
        desk.write("src/main/resources/db/own/V1__a.sql", UP).write("pom.xml", """
            <plugin><artifactId>flyway-maven-plugin</artifactId><configuration>
              <locations><location>classpath:db/own</location></locations>
              <placeholders><app>public</app></placeholders></configuration></plugin>
            """);
        assertThat(yaml(desk))
                .contains("migrations: src/main/resources/db/own\n", "downs: optional\n", "  app: public\n")
                .doesNotContain("url:");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        dbconfig.yml | development:~  dialect: postgres~  datasource: dbname=x~  dir: own | own/20240101000000-a.sql | x
        diesel.toml | [migrations_directory]~dir = "own" | own/20240101000000_a/up.sql | own/20240101000000_a/down.sql
        .env | DBMATE_MIGRATIONS_DIR=own~DATABASE_URL="postgres://me@db.example/shop?sslmode=disable" | own/20240101000000_a.sql | x
        .env | export GOOSE_MIGRATION_DIR='./own/' | own/00001_a.sql | x
        """)
    void the_folder_that_another_tool_names_is_taken(String file, String text, String up, String second, Desk desk)
            throws IOException {
        desk.write(file, text.replace('~', '\n') + "\n");
        desk.write(
                up,
                switch (file) {
                    case "dbconfig.yml" -> "-- +migrate Up\nselect 1;\n-- +migrate Down\nselect 1;\n";
                    case ".env" ->
                        text.contains("GOOSE")
                                ? "-- +goose Up\nselect 1;\n-- +goose Down\nselect 1;\n"
                                : "-- migrate:up\nselect 1;\n-- migrate:down\nselect 1;\n";
                    default -> "select 1;\n";
                });
        if (second.endsWith("sql")) {
            desk.write(second, "select 1;\n");
        }
        // another folder where migrations usually lie must not win
        desk.write("migrations/V1__other.sql", "select 1;\n");
        assertThat(yaml(desk)).contains("migrations: own\n");
    }

    @Test
    void project_of_sqitch_is_taken_from_its_top_dir_and_what_it_sets_beside_is_named(Desk desk) throws IOException {
        desk.write(
                        "sqitch.conf",
                        "[CORE]\n\tengine = pg\n\tTop_Dir = \"own\" ; scripts\n[engine \"pg\"]\n\tdeploy_dir = up\n")
                .write("own/sqitch.plan", "%project=shop\n\na 2026-01-05T09:00:00Z A <a@b>\n")
                .write("own/deploy/a.sql", "select 1;\n")
                .write("own/revert/a.sql", "select 1;\n");
        Desk.Outcome outcome = desk.run("init", desk.folder().toString());
        assertThat(outcome.exitCode()).isZero();
        assertThat(outcome.out()).contains("found 1 migration in own (sqitch)", "read sqitch.conf of sqitch");
        assertThat(outcome.err()).contains("not taken over from it: engine.pg.deploy_dir");
        assertThat(desk.folder().resolve("lockkeeper.yaml"))
                .content()
                .contains("migrations: own\n", "convention: sqitch\n");
    }

    @Test
    void project_of_sqitch_without_changes_goes_on_with_its_plan(Desk desk) throws IOException {
        desk.write("sqitch.conf", "[core]\n\tengine = pg\n").write("sqitch.plan", "%project=shop\n\n");
        Desk.Outcome outcome = desk.run("init", desk.folder().toString());
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(outcome.out()).contains("added a line to", "deploy/create_schema.sql");
        assertThat(desk.run("apply").exitCode()).isZero();
        desk.write("revert/more.sql", "select 1;\n");
        assertThat(desk.run("new", "more").err()).contains("the file exists already");
        assertThat(desk.folder().resolve("deploy/more.sql")).doesNotExist();
        assertThat(desk.folder().resolve("sqitch.plan")).content().doesNotContain("more");
    }

    @Test
    void scripts_of_sqitch_without_their_plan_are_refused(Desk desk) throws IOException {
        desk.write("sqitch.conf", "[core]\n  engine = pg\n  top_dir = own\n")
                .write("own/deploy/a.sql", "select 1;\n")
                .write("own/revert/a.sql", "select 1;\n");
        Desk.Outcome outcome = desk.run("init", desk.folder().toString());
        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.err()).contains("scripts of sqitch", "sqitch.plan");
        assertThat(desk.folder().resolve("lockkeeper.yaml")).doesNotExist();
    }

    @Test
    void an_address_without_its_password_and_parameters_is_kept_and_one_with_a_password_is_not(Desk desk)
            throws IOException {
        desk.write("db/migrations/20240101000000_a.sql", "-- migrate:up\nselect 1;\n-- migrate:down\nselect 1;\n");
        desk.write(".env", "DBMATE_MIGRATIONS_TABLE=x\nDATABASE_URL=postgres://me:hidden@db.example/shop\n");
        assertThat(yaml(desk)).doesNotContain("hidden", "url:");
    }

    @Test
    void the_properties_of_an_environment_of_mybatis_are_tokens_but_never_its_password(Desk desk) throws IOException {
        desk.write(
                "environments/development.properties",
                "url=jdbc:postgresql://db.example/shop\nusername=me\npassword=hidden\napp=public\n");
        desk.write(
                "scripts/20240101000000_a.sql",
                "create table ${app}.a (word text default '${password}');\n-- //@UNDO\ndrop table ${app}.a;\n");
        assertThat(yaml(desk))
                .contains("migrations: scripts\n", "convention: mybatis\n", "  app: public\n", "#   password: VALUE\n")
                .doesNotContain("hidden");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        liquibase.properties | changeLogFile: db/changes/main.xml | db/changes
        flyway.conf | flyway.locations=filesystem:my sql | my sql
        pom.xml | <a>flyway</a><location>filesystem:${project.basedir}/none</location> | none
        src/main/resources/application.yml | spring:~  flyway:~    locations: classpath:/db/x/{vendor} | src/main/resources/db/x/{vendor}
        .env | DBMATE_MIGRATIONS_DIR="a/x: y #z" | a/x: y #z
        """)
    void a_folder_that_a_tool_names_and_that_holds_no_sql_makes_no_project(
            String file, String text, String folder, Desk desk) {
        desk.write(file, text.replace('~', '\n') + "\n").write("db/changes/main.xml", "<x/>\n");
        Desk.Outcome outcome = desk.run("init", desk.folder().toString(), "--name", "shop");
        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.err()).contains("there is no migration in SQL where", "looks: " + folder + "\n");
        assertThat(desk.folder().resolve("lockkeeper.yaml")).doesNotExist();
        assertThat(desk.folder().resolve("migrations")).doesNotExist();
    }

    @Test
    void a_folder_of_the_tool_with_a_blank_in_its_name_is_taken(Desk desk) throws IOException {
        desk.write("flyway.conf", "flyway.locations = filesystem:my sql\n").write("my sql/V1__a.sql", "select 1;\n");
        assertThat(yaml(desk)).contains("migrations: my sql\n");
        assertThat(desk.run("apply").exitCode()).isZero();
    }

    @Test
    void several_folders_make_no_project_and_are_named(Desk desk) {
        desk.write("flyway.conf", "flyway.locations=filesystem:db/one,filesystem:db/two\n")
                .write("db/one/V1__a.sql", "select 1;\n")
                .write("db/two/V2__b.sql", "select 1;\n");
        Desk.Outcome outcome = desk.run("init", desk.folder().toString());
        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.err()).contains("migrations lie in several folders: db/one, db/two");
    }

    @Test
    void usual_folders_that_were_left_out_and_settings_that_were_not_taken_over_are_named(Desk desk) {
        desk.write("flyway.conf", "flyway.outOfOrder=true\nflyway.placeholderPrefix=@@\nflyway.defaultSchema=app\n")
                .write("migrations/V1__a.sql", "select 1;\n")
                .write("db/migration/V2__b.sql", "select 1;\n");
        Desk.Outcome outcome = desk.run("init", desk.folder().toString());
        assertThat(outcome.err())
                .contains(
                        "note: not taken over from it: flyway.defaultSchema, flyway.outOfOrder, flyway.placeholderPrefix")
                .contains("note: files of SQL lie in db/migration too, and were left out");
    }

    @Test
    void secrets_and_values_that_only_the_tool_could_resolve_are_not_written(Desk desk) throws IOException {
        desk.write("flyway.conf", """
            flyway.url=jdbc:postgresql://${DB_HOST:localhost}:5432/shop
            flyway.placeholders.db_password=hunter2
            flyway.placeholders.api_token=hunter3
            flyway.placeholders.address=postgresql://u:hunter4@h/d
            flyway.placeholders.other=host=h password=hunter5
            flyway.placeholders.schema=${APP_SCHEMA:app}
            flyway.placeholders.color=red #5
            """)
                .write(
                        "sql/V1__a.sql",
                        "select '${db_password} ${api_token} ${address} ${other} ${schema} ${color}';\n");
        assertThat(yaml(desk))
                .doesNotContain("hunter", "APP_SCHEMA", "DB_HOST")
                .contains("  color: \"red #5\"\n", "#   schema: VALUE\n");
    }

    @Test
    void an_address_with_what_cannot_be_taken_over_is_left_out_as_a_whole(Desk desk) throws IOException {
        desk.write("flyway.conf", "flyway.url=jdbc:postgresql://h/d?ssl=true&sslmode=verify-full\n")
                .write("sql/V1__a.sql", "select 1;\n");
        assertThat(yaml(desk)).doesNotContain("//h/d");
    }

    @Test
    void settings_in_latin_1_are_read(Desk desk) throws IOException {
        desk.write(
                        "src/main/resources/application.properties",
                        "name=Caf\u00e9\nspring.flyway.locations=filesystem:own\n"
                                .getBytes(StandardCharsets.ISO_8859_1))
                .write("own/V1__a.sql", "select 1;\n");
        assertThat(yaml(desk)).contains("migrations: own\n");
    }

    @Test
    void scripts_of_liquibase_have_no_down_script_that_would_do_nothing(Desk desk) throws IOException {
        desk.write("liquibase.properties", "changeLogFile: db/changelog/001_a.sql\n")
                .write(
                        "db/changelog/001_a.sql",
                        "--liquibase formatted sql\n--changeset a:1\ncreate table a (i int);\n--rollback drop table a;\n");
        assertThat(yaml(desk)).contains("convention: rollbacks-folder\n", "downs: optional\n");
    }

    @Test
    void variables_of_other_programs_are_no_settings_of_a_tool(Desk desk) throws IOException {
        desk.write(".env", "DATABASE_URL=postgres://me@db.example/shop\n");
        assertThat(yaml(desk)).contains("migrations: migrations\n").doesNotContain("db.example");
    }
}
