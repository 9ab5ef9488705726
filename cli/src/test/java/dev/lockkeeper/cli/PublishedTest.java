package dev.lockkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a project publishes of its database is judged by check. */
@ExtendWith(Desk.Extension.class)
@Tag("DOC-02")
@Tag("DOC-03")
@Tag("DOC-04")
class PublishedTest {
    private static final String CLASSES = """
            version: 1
            tables:
              app.orders:
                owner: sales
                retention: {keep: orders are books}
                columns: {id: internal, note: internal}
            """;

    private static Desk.Outcome fine(Desk desk, String... arguments) {
        Desk.Outcome outcome = desk.run(arguments);
        assertThat(outcome.exitCode()).as(outcome.out() + outcome.err()).isZero();
        return outcome;
    }

    /** A project as init makes it, with a table. */
    private static void shop(Desk desk) {
        fine(desk, "init", desk.folder().toString(), "--name", "shop");
        desk.write(
                        "migrations/V002__orders.sql",
                        "create role published_clerk;\ncreate table app.orders (id bigint primary key, note text not null);\n")
                .write("migrations/U002__orders.sql", "drop table app.orders;\ndrop role published_clerk;\n")
                .write("classification.yaml", CLASSES);
    }

    private static void publish(Desk desk) {
        fine(desk, "docs", "generate");
        fine(desk, "erd", "--out", desk.folder().resolve("docs").toString());
        fine(desk, "types", "generate");
    }

    @Test
    void project_that_init_makes_passes_and_is_told_what_it_may_make(Desk desk) {
        fine(desk, "init", desk.folder().toString(), "--name", "shop");
        Desk.Outcome none = fine(desk, "check");
        assertThat(none.err())
                .contains(
                        "there are no documents yet: lockkeeper docs generate makes them",
                        "there are no pictures yet: lockkeeper erd --out ",
                        "there are no types yet: lockkeeper types generate makes them");
        assertThat(none.out()).contains("0 of 0 columns in 0 tables classified", "Passed.");
        publish(desk);
        assertThat(fine(desk, "check").out())
                .contains(
                        "the documents tell what is in the migrations",
                        "the pictures are those of the migrations",
                        "the types are those of the migrations");
    }

    @Test
    void classification_that_is_there_before_the_project_is_left(Desk desk) {
        desk.write("classification.yaml", CLASSES);
        assertThat(fine(desk, "init", desk.folder().toString()).out()).doesNotContain("classification.yaml");
        assertThat(desk.folder().resolve("classification.yaml")).hasContent(CLASSES);
        assertThat(desk.folder().resolve("migrations")).isNotEmptyDirectory();
    }

    @Test
    void first_migration_without_a_class_fails_in_a_new_project(Desk desk) {
        fine(desk, "init", desk.folder().toString(), "--name", "shop");
        desk.write("migrations/V002__orders.sql", "create table app.orders (id bigint primary key);\n")
                .write("migrations/U002__orders.sql", "drop table app.orders;\n");
        Desk.Outcome outcome = desk.run("check");
        assertThat(outcome.exitCode()).isEqualTo(3);
        assertThat(outcome.out()).contains("error[DC01]: app.orders");
    }

    @Test
    void stale_file_is_named_with_the_command_that_renews_it(Desk desk) {
        shop(desk);
        publish(desk);
        fine(desk, "check");
        desk.write("migrations/V002__orders.sql", """
                create role published_clerk;
                create table app.orders (id bigint primary key, note text not null, paid boolean not null default false);
                """)
                .write("classification.yaml", CLASSES.replace("note: internal", "note: internal, paid: internal"));
        Desk.Outcome stale = desk.run("check");
        assertThat(stale.exitCode()).isEqualTo(3);
        assertThat(stale.out())
                .contains("docs/schema/app/orders.md: stale", "Next: lockkeeper docs generate\n")
                .contains("✗ outdated  ", "docs/erd-columns.svg\n", "Next: lockkeeper erd --out ")
                .contains("docs/types/zod/src/app.ts\n", "Next: lockkeeper types generate\n", "Did not pass.")
                .doesNotContain("runtime.ts");
        Desk.Outcome json = desk.run("check", "--output", "json");
        assertThat(json.exitCode()).isEqualTo(3);
        assertThat(json.out())
                .contains("\"passed\":false", "\"pictures\":{\"current\":false,\"renew\":\"lockkeeper erd --out ")
                .contains("\"types\":{\"current\":false,\"renew\":\"lockkeeper types generate\"");
        publish(desk);
        fine(desk, "check");
    }

    @Test
    void missing_file_and_one_of_a_schema_that_is_gone_are_named(Desk desk) throws IOException {
        shop(desk);
        publish(desk);
        Path types = desk.folder().resolve("docs/types/zod/src");
        desk.write("docs/types/zod/src/gone.ts", Files.readString(types.resolve("app.ts")));
        Files.delete(desk.folder().resolve("docs/erd.puml"));
        Desk.Outcome outcome = desk.run("check");
        assertThat(outcome.exitCode()).isEqualTo(3);
        assertThat(outcome.out())
                .contains("✗ missing   ", "docs/erd.puml", "✗ extra     ", "docs/types/zod/src/gone.ts")
                .contains("the documents tell what is in the migrations");
    }

    @Test
    void rows_of_the_project_and_a_part_of_the_migrations_change_nothing_of_what_is_published(Desk desk) {
        shop(desk);
        publish(desk);
        desk.write(
                "data.sql", "insert into app.orders values (1, 'x'); create table app.scratch (id int primary key);\n");
        Path yaml = desk.folder().resolve("lockkeeper.yaml");
        desk.write("lockkeeper.yaml", text(yaml) + "data: data.sql\n")
                .write(
                        "classification.yaml",
                        CLASSES
                                + "  app.scratch: {owner: sales, retention: {keep: why not}, columns: {id: internal}}\n");
        fine(desk, "docs", "generate");
        Desk.Outcome outcome = fine(desk, "check");
        assertThat(outcome.out()).contains("the types are those of the migrations", "1 sample row looked at");
        assertThat(desk.run("check", "--to", "1").out()).doesNotContain("those of the migrations");
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void project_that_keeps_none_of_it_is_not_troubled(Desk desk) {
        Desk.Outcome outcome = fine(desk.project(), "check");
        assertThat(outcome.err()).doesNotContain("there are no");
        assertThat(desk.run("check", "--output", "json").out())
                .contains("\"classification\":null,\"docs\":null,\"pictures\":null,\"types\":null");
    }
}
