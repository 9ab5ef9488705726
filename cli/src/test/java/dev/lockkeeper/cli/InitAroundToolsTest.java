package dev.lockkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
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
        flyway.conf | flyway.url=jdbc:postgresql://db.example:5433/shop?ssl=true~flyway.user=me~flyway.password=hidden~flyway.locations=filesystem:own/sql,filesystem:other~flyway.placeholders.app=public
        src/main/resources/application.properties | spring.datasource.url=jdbc:postgresql://db.example:5433/shop~spring.datasource.username=me~spring.datasource.password=hidden~spring.flyway.locations=filesystem:own/sql~spring.flyway.placeholders.app=public
        src/main/resources/application.yml | spring:~  datasource:~    url: jdbc:postgresql://db.example:5433/shop~    username: me~    password: hidden~  flyway:~    locations: filesystem:own/sql~    placeholders:~      app: public
        """)
    void flyway_in_each_of_its_files(String file, String text, Desk desk) throws IOException {
        desk.write("own/sql/V1__a.sql", UP).write("own/sql/U1__a.sql", "drop table ${app}.a;\n");
        desk.write(file, text.replace('~', '\n') + "\n");
        assertThat(yaml(desk)).isEqualTo("""
            # What Lockkeeper needs to know about this project.
            project: shop
            migrations: own/sql
            convention: flyway
            tokens:
              app: public
            environments:
              local:
                url: "postgresql://me@db.example:5433/shop"
            """);
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
    void scripts_of_sqitch_are_recognized_and_named_with_the_way_to_order_them(Desk desk) throws IOException {
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

    @Test
    void changelogs_that_are_not_sql_are_named_and_the_project_begins_empty(Desk desk) throws IOException {
        desk.write("liquibase.properties", "changeLogFile: db/changes/main.xml\n")
                .write("db/changes/main.xml", "<x/>\n");
        Desk.Outcome outcome = desk.run("init", desk.folder().toString(), "--name", "shop");
        assertThat(outcome.exitCode()).isZero();
        assertThat(outcome.err())
                .contains("liquibase.properties is of liquibase, but no migrations in SQL were found in db/changes");
    }

    @Test
    void variables_of_other_programs_are_no_settings_of_a_tool(Desk desk) throws IOException {
        desk.write(".env", "DATABASE_URL=postgres://me@db.example/shop\n");
        assertThat(yaml(desk)).contains("migrations: migrations\n").doesNotContain("db.example");
    }
}
