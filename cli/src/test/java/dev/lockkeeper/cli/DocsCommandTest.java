package dev.lockkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(Desk.Extension.class)
class DocsCommandTest {
    private static final String FIRST = """
            create role docs_clerk;
            create schema ${schema};
            create table ${schema}.customer (id bigint primary key, email text not null);
            comment on table ${schema}.customer is 'Who buys.';
            create table ${schema}.orders (id bigint primary key, customer bigint references ${schema}.customer, note text);
            grant select on ${schema}.orders to docs_clerk;
            """;

    private static Desk shop(Desk desk) {
        return desk.write(
                        "lockkeeper.yaml",
                        "project: shop\nconvention: flyway\ntokens:\n  schema: shop\n  secret: hunter2\ndocs:\n")
                .write("migrations/V1__first.sql", FIRST)
                .write("migrations/U1__first.sql", "drop schema shop cascade;\ndrop role docs_clerk;\n");
    }

    private static void second(Desk desk) {
        desk.write("migrations/V2__second.sql", """
                alter table shop.orders add total numeric(14,2);
                alter table shop.orders drop note;
                insert into shop.customer values (1, '${secret}');
                """).write("migrations/U2__second.sql", """
                -- lockkeeper:accept-loss shop.orders.note: nobody has read them
                alter table shop.orders add note text;
                alter table shop.orders drop total;
                delete from shop.customer where email = '${secret}';
                """);
    }

    private static void generate(Desk desk) {
        Desk.Outcome outcome = desk.run("docs", "generate");
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    }

    private static Desk.Outcome alone(Desk desk, String... arguments) {
        return desk.run(new Properties(), List.of(arguments));
    }

    private static String text(Desk desk, String file) {
        try {
            return Files.readString(desk.folder().resolve("docs").resolve(file), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    @Tag("DOC-03")
    void documents_that_were_made_are_true_until_a_migration_comes(Desk desk) {
        shop(desk);
        Desk.Outcome missing = desk.run("docs", "validate");
        assertThat(missing.exitCode()).isEqualTo(3);
        assertThat(missing.out()).contains("docs/schema/model.json: missing", "Next: lockkeeper docs generate");
        assertThat(desk.run("docs", "generate").out())
                .contains("written", "docs/schema/shop/orders.md", "docs/rollback.md", " 7 written, 0 removed");
        assertThat(desk.run("docs", "generate").out()).isEqualTo("7 documents, 0 written, 0 removed\n");
        assertThat(desk.run("docs", "validate").exitCode()).isZero();
        assertThat(desk.run("docs", "validate", "--output", "json").out()).contains("\"valid\":true");
        second(desk);
        Desk.Outcome stale = desk.run("docs", "validate");
        assertThat(stale.exitCode()).isEqualTo(3);
        assertThat(stale.out())
                .contains(
                        "column shop.orders.total: only in the migrations",
                        "column shop.orders.note: only in the documents",
                        "docs/schema/shop/orders.md: stale",
                        "docs/rollback.md: stale")
                .doesNotContain("customer.md");
        assertThat(desk.run("docs", "validate", "--output", "json").exitCode()).isEqualTo(3);
        generate(desk);
        assertThat(desk.run("docs", "validate").exitCode()).isZero();
    }

    @Test
    @Tag("DOC-03")
    void a_live_database_is_compared_object_by_object_by_whoever_may_connect(Desk desk) {
        shop(desk);
        generate(desk);
        desk.execute("drop role if exists docs_clerk");
        assertThat(desk.run("apply").exitCode()).isZero();
        assertThat(desk.run("docs", "validate", "--environment", "local").exitCode())
                .isZero();
        desk.execute("alter table shop.orders alter note set default 'x'; create index on shop.orders (customer);"
                + " revoke select on shop.orders from docs_clerk; create schema other");
        desk.role("plain");
        String url = "postgresql://plain@127.0.0.1:" + desk.port() + "/" + desk.database();
        Desk.Outcome outcome = desk.run("docs", "validate", "--database", url);
        assertThat(outcome.exitCode()).as(outcome.err()).isEqualTo(3);
        assertThat(outcome.out())
                .contains(
                        "column shop.orders.note, default: none in the documents, 'x'::text in the database",
                        "index shop.orders.orders_customer_idx: only in the database",
                        "table shop.orders, SELECT for docs_clerk: granted in the documents, none in the database",
                        "schema other: only in the database",
                        "compared with postgresql://plain@127.0.0.1:",
                        "lockkeeper drift tells")
                .doesNotContain("CHANGELOG", "stale", "lockkeeper.history");
        assertThat(desk.run("docs", "validate", "--database", url, "--output", "json")
                        .exitCode())
                .isEqualTo(3);
        desk.execute("drop schema shop cascade; drop role docs_clerk; drop schema other");
    }

    @Test
    @Tag("DOC-01")
    void the_dictionary_of_a_database_without_a_project_is_made_and_validated(Desk desk) throws IOException {
        desk.execute("create schema shop; create table shop.orders (id bigint primary key);"
                + " comment on table shop.orders is 'Who bought what.'");
        desk.role("plain");
        String url = "postgresql://plain@127.0.0.1:" + desk.port() + "/" + desk.database();
        String out = desk.folder().resolve("papers").toString();
        String page = desk.folder().resolve("page.html").toString();
        Desk.Outcome nowhere = alone(desk, "docs", "generate", "--database", url);
        assertThat(nowhere.exitCode()).isEqualTo(2);
        assertThat(nowhere.err()).contains("it is not known where documents belong", "--out DIR");
        Desk.Outcome made = alone(desk, "docs", "generate", "--database", url, "--out", out, "--html", page);
        assertThat(made.exitCode()).as(made.err()).isZero();
        assertThat(desk.folder().resolve("papers/schema/shop/orders.md"))
                .content()
                .contains("Who bought what.");
        assertThat(desk.folder().resolve("papers/schema/CHANGELOG.md")).doesNotExist();
        assertThat(Files.readString(desk.folder().resolve("page.html")))
                .contains("<h1>" + desk.database() + "</h1>")
                .doesNotContain("127.0.0.1");
        assertThat(alone(desk, "docs", "validate", "--database", url, "--out", out)
                        .exitCode())
                .isZero();
        desk.execute("alter table shop.orders add note text");
        assertThat(alone(desk, "docs", "validate", "--database", url, "--out", out)
                        .out())
                .contains("column shop.orders.note: only in the database");
        assertThat(alone(desk, "docs", "coverage", "--database", url).out()).contains("1 of 4 have a comment: 25 %");
    }

    @Test
    @Tag("DOC-01")
    void the_dictionary_of_a_live_database_leaves_the_change_log_of_the_project_as_it_is(Desk desk) {
        shop(desk);
        generate(desk);
        String log = text(desk, "schema/CHANGELOG.md");
        desk.execute("drop role if exists docs_clerk");
        assertThat(desk.run("apply").exitCode()).isZero();
        desk.execute("alter table shop.orders add extra text");
        String url = "postgresql://127.0.0.1:" + desk.port() + "/" + desk.database();
        Desk.Outcome made = desk.run("docs", "generate", "--database", url);
        assertThat(made.exitCode()).as(made.err()).isZero();
        assertThat(text(desk, "schema/shop/orders.md")).contains("`extra`");
        assertThat(text(desk, "schema/CHANGELOG.md")).isEqualTo(log);
        assertThat(desk.folder().resolve("docs/rollback.md")).exists();
        desk.execute("drop schema shop cascade; drop role docs_clerk");
    }

    @Test
    @Tag("DOC-03")
    void a_page_that_was_edited_by_hand_is_stale_also_beside_a_database(Desk desk) throws IOException {
        shop(desk);
        generate(desk);
        desk.write(
                "docs/schema/shop/orders.md",
                text(desk, "schema/shop/orders.md").replace("`note`", "`notes`"));
        assertThat(desk.run("docs", "validate").out()).contains("orders.md: stale");
        assertThat(desk.run("docs", "validate", "--environment", "local").out()).contains("orders.md: stale");
    }

    @Test
    @Tag("DOC-03")
    void check_validates_the_documents_of_a_project_that_has_made_some(Desk desk) {
        shop(desk);
        Desk.Outcome none = desk.run("check", "--fail-on", "never");
        assertThat(none.exitCode()).as(none.out() + none.err()).isZero();
        assertThat(none.err()).contains("there are no documents yet: lockkeeper docs generate makes them");
        generate(desk);
        assertThat(desk.run("check", "--fail-on", "never").out())
                .contains("the documents tell what is in the migrations", "Passed.");
        second(desk);
        Desk.Outcome outcome = desk.run("check", "--fail-on", "never");
        assertThat(outcome.exitCode()).isEqualTo(3);
        assertThat(outcome.out()).contains("docs/schema/shop/orders.md: stale", "Did not pass.");
        assertThat(desk.run("check", "--fail-on", "never", "--output", "json").out())
                .contains("\"passed\":false", "\"docs\":{\"comparedWith\":\"the migrations\",\"valid\":false");
    }

    @Test
    @Tag("DOC-05")
    void release_notes_of_a_plan_tell_of_its_steps_and_refuse_another_script(Desk desk) {
        shop(desk);
        desk.execute("drop role if exists docs_clerk");
        assertThat(desk.run("apply").exitCode()).isZero();
        second(desk);
        String plan = desk.folder().resolve("plan.json").toString();
        assertThat(desk.run("plan", "--out", plan, "--as", "ann").exitCode()).isZero();
        Desk.Outcome notes = desk.run("docs", "changes", "--plan", plan);
        assertThat(notes.exitCode()).as(notes.err()).isZero();
        assertThat(notes.out())
                .startsWith("# Changes from 1 to 2\n")
                .isEqualTo(
                        desk.run("docs", "changes", "--from", "1", "--to", "2").out());
        assertThat(desk.run("docs", "changes", "--plan", plan, "--from", "1").err())
                .contains("--plan says itself from where to where it leads");
        desk.write("migrations/V2__second.sql", "alter table shop.orders add other int;\n");
        Desk.Outcome changed = desk.run("docs", "changes", "--plan", plan);
        assertThat(changed.exitCode()).isEqualTo(4);
        assertThat(changed.err()).contains("error[plan-changed]: the script of 2 was edited since the plan was made");
        desk.execute("drop schema shop cascade; drop role docs_clerk");
    }

    @Test
    @Tag("DOC-05")
    void release_notes_of_a_plan_say_what_the_change_log_says_of_its_migrations(Desk desk) {
        shop(desk);
        assertThat(desk.run("apply").exitCode()).isZero();
        second(desk);
        generate(desk);
        String plan = desk.folder().resolve("plan.json").toString();
        assertThat(desk.run("plan", "--out", plan, "--as", "ann").exitCode()).isZero();
        String notes = desk.run("docs", "changes", "--plan", plan).out();
        String log = text(desk, "schema/CHANGELOG.md");
        List<String> ofTheLog = log.substring(log.indexOf("## 2"), log.indexOf("## 1"))
                .lines()
                .filter(line -> line.matches("- .*(Added|Removed) column.*"))
                .toList();
        assertThat(ofTheLog).hasSize(2);
        assertThat(notes.lines()).containsAll(ofTheLog);
        desk.execute("drop schema shop cascade; drop role docs_clerk");
    }

    @Test
    @Tag("DOC-01")
    void documents_that_are_kept_are_listed_and_shown_and_nothing_else_is(Desk desk) {
        shop(desk);
        assertThat(desk.run("docs", "show").err()).contains("there are no documents yet");
        generate(desk);
        desk.write("docs/secret.md", "# Mine\n").write("docs/schema/mine.md", "# Mine\n");
        assertThat(desk.run("docs", "show").out().lines())
                .contains("rollback.md", "schema/README.md", "schema/shop/orders.md")
                .doesNotContain("secret.md", "schema/mine.md");
        assertThat(desk.run("docs", "show", "schema/shop/orders.md").out())
                .isEqualTo(text(desk, "schema/shop/orders.md"));
        assertThat(desk.run("docs", "show", "schema/shop/orders.md", "--output", "json")
                        .out())
                .contains("\"page\":\"schema/shop/orders.md\"");
        for (String page : List.of("secret.md", "../lockkeeper.yaml", "/etc/passwd", "schema/mine.md")) {
            assertThat(desk.run("docs", "show", page).exitCode()).as(page).isEqualTo(2);
        }
        assertThat(desk.run("docs", "show", "schema/shop/order.md").err())
                .contains("did you mean schema/shop/orders.md?");
        assertThat(desk.run("docs", "coverage", "schema/README.md").err()).contains("only show takes a page");
    }

    @Test
    @Tag("DOC-01")
    void notes_are_kept_and_one_about_a_table_that_is_gone_is_told(Desk desk) {
        shop(desk);
        generate(desk);
        String page = text(desk, "schema/shop/orders.md");
        desk.write(
                "docs/schema/shop/orders.md",
                page.replace("<!-- notes -->\n<!-- notes -->", "<!-- notes -->\nAsk sales.\n<!-- notes -->"));
        assertThat(desk.run("docs", "validate").exitCode()).isZero();
        second(desk);
        generate(desk);
        assertThat(text(desk, "schema/shop/orders.md")).contains("| `total` |", "\nAsk sales.\n");
        desk.write("migrations/V3__third.sql", "drop table shop.orders;\n")
                .write("migrations/U3__third.sql", "create table shop.orders (id int);\n");
        Desk.Outcome outcome = desk.run("docs", "generate");
        assertThat(outcome.exitCode()).isEqualTo(3);
        assertThat(outcome.err()).contains("warning[docs-note]", "docs/schema/shop/orders.md");
        assertThat(text(desk, "schema/shop/orders.md")).contains("\nAsk sales.\n");
        Desk.Outcome validated = desk.run("docs", "validate");
        assertThat(validated.exitCode()).isEqualTo(3);
        assertThat(validated.out()).contains("orders.md: a note about nothing that is there any more");
        assertThat(desk.run("docs", "generate", "--output", "json").out()).contains("\"state\":\"kept\"");
    }

    @Test
    @Tag("DOC-05")
    void the_change_log_and_the_rollback_guide_come_from_the_real_scripts(Desk desk) {
        shop(desk);
        second(desk);
        generate(desk);
        assertThat(text(desk, "schema/CHANGELOG.md")).endsWith("""
                        # Changes of shop

                        ## 2 second

                        - ⚠ Removed column `shop.orders.note`: `text`
                        - Added column `shop.orders.total`: `numeric(14,2)`
                        - **Data**: `insert into shop.customer values …`

                        ## 1 first

                        - Added schema `shop`
                        - Added table `shop.customer`: Who buys.
                        - Added table `shop.orders`
                        """);
        assertThat(text(desk, "rollback.md"))
                .contains(
                        """
                        ## 2 second

                        `lockkeeper rollback --to 1`

                        - ⚠ **Lost**: column `shop.orders.total` with all it holds
                        - ⚠ **Lost**: rows of `shop.customer`
                        - ⚠ **Not there**: what column `shop.orders.note` held before the migration, unless the scripts have kept it
                        - **Accepted**: the loss of `shop.orders.note`: nobody has read them
                        - ⚠ **Not as before**: Removed column `shop.orders.note`: `text`
                        - ⚠ **Not as before**: Added column `shop.orders.note`: `text`
                        - **Lock**: `ACCESS EXCLUSIVE` of `shop.orders`: who reads or writes it waits
                        - Added column `shop.orders.note`: `text`

                        ```sql
                        -- lockkeeper:accept-loss shop.orders.note: nobody has read them
                        """,
                        "## 1 first\n\n`lockkeeper rollback --to 0`\n\n- ⚠ **Lost**: table `shop.customer` with all it holds")
                .contains("'${secret}'")
                .doesNotContain("hunter2");
        assertThat(text(desk, "schema/CHANGELOG.md")).doesNotContain("hunter2");
    }

    @Test
    @Tag("DOC-05")
    void a_down_script_that_fails_or_is_missing_is_told_and_what_is_below_was_not_tried(Desk desk) {
        shop(desk)
                .write("migrations/V2__second.sql", "create table shop.more (id int);\n")
                .write("migrations/U2__second.sql", "drop table shop.les;\n")
                .write("migrations/V3__third.sql", "create table shop.third (id int);\n")
                .write(
                        "lockkeeper.yaml",
                        "project: shop\nconvention: flyway\ndowns: optional\ntokens:\n  schema: shop\n");
        generate(desk);
        assertThat(text(desk, "rollback.md"))
                .contains(
                        "## 3 third\n\n⚠ There is no down script: only a backup brings back what was there before.",
                        "## 2 second\n\n`lockkeeper rollback --to 1`\n\n⚠ It was not tried");
        desk.write("migrations/U3__third.sql", "drop table shop.third;\n");
        generate(desk);
        assertThat(text(desk, "rollback.md"))
                .contains(
                        "⚠ The script failed there: table \"les\" does not exist",
                        "## 1 first\n\n`lockkeeper rollback --to 0`\n\n⚠ It was not tried");
    }

    @Test
    @Tag("DOC-05")
    void release_notes_tell_what_is_different_between_two_states(Desk desk) {
        shop(desk);
        generate(desk);
        second(desk);
        Desk.Outcome outcome = desk.run("docs", "changes", "--from", "1");
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(outcome.out()).isEqualTo("""
                # Changes from 1 to 2

                ## Breaking

                - ⚠ Removed column `shop.orders.note`: `text`

                ## Added

                - Added column `shop.orders.total`: `numeric(14,2)`

                ## Types that break programs

                - ⚠ `insert "shop"."orders"."note"` may not be written any more
                - ⚠ `row "shop"."orders"."note"` is gone
                - ⚠ `update "shop"."orders"."note"` may not be written any more

                ## Migrations

                ### 2 second

                - **Lock**: `ACCESS EXCLUSIVE` of `shop.orders`: who reads or writes it waits

                ## Rollback

                ### 2 second

                `lockkeeper rollback --to 1`

                - ⚠ **Lost**: column `shop.orders.total` with all it holds
                - ⚠ **Lost**: rows of `shop.customer`
                - ⚠ **Not there**: what column `shop.orders.note` held before the migration, unless the scripts have kept it
                - **Accepted**: the loss of `shop.orders.note`: nobody has read them
                - ⚠ **Not as before**: Removed column `shop.orders.note`: `text`
                - ⚠ **Not as before**: Added column `shop.orders.note`: `text`
                - **Lock**: `ACCESS EXCLUSIVE` of `shop.orders`: who reads or writes it waits
                - Added column `shop.orders.note`: `text`
                """);
        assertThat(desk.run("docs", "changes", "--from", "1", "--output", "json")
                        .out())
                .contains("\"scripts\":[{\"version\":\"2\"", "\"locks\":[\"Lock: ACCESS EXCLUSIVE of shop.orders")
                .contains("\"fact\":\"row \\\"shop\\\".\\\"orders\\\".\\\"note\\\"\"");
        assertThat(desk.run("docs", "changes", "--from", "0", "--to", "V1").out())
                .startsWith("# Changes from nothing to 1\n")
                .contains("Added table `shop.customer`: Who buys.");
        assertThat(desk.run(
                                "docs",
                                "changes",
                                "--from",
                                desk.folder().resolve("docs").toString())
                        .out())
                .contains("Added column `shop.orders.total`", "Removed column `shop.orders.note`");
        assertThat(desk.run("docs", "changes", "--from", "2", "--output", "json")
                        .out())
                .contains("\"changes\":[]");
    }

    @Test
    @Tag("DOC-01")
    void coverage_names_what_has_no_comment_and_fails_below_the_minimum(Desk desk) {
        shop(desk);
        Desk.Outcome outcome = desk.run("docs", "coverage", "--min", "80");
        assertThat(outcome.exitCode()).isEqualTo(3);
        assertThat(outcome.out())
                .contains(
                        "no comment: table shop.orders",
                        "no comment: column shop.customer.email",
                        "1 of 8 have a comment: 12 %")
                .doesNotContain("table shop.customer\n");
        assertThat(desk.run("docs", "coverage", "--output", "json").exitCode()).isZero();
    }

    @Test
    @Tag("DOC-01")
    void one_page_of_html_is_written_over_one_of_ours_only(Desk desk) throws IOException {
        shop(desk);
        String page = desk.folder().resolve("page.html").toString();
        assertThat(desk.run("docs", "generate", "--html", page).exitCode()).isZero();
        assertThat(desk.run("docs", "generate", "--html", page).exitCode()).isZero();
        assertThat(Files.readString(desk.folder().resolve("page.html"))).contains("<h1>shop</h1>", "shop.orders");
        desk.write("page.html", "<h1>mine</h1>");
        Desk.Outcome outcome = desk.run("docs", "generate", "--html", page);
        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.err()).contains("error[file-exists]");
        assertThat(Files.readString(desk.folder().resolve("page.html"))).isEqualTo("<h1>mine</h1>");
    }

    @Test
    @Tag("DOC-01")
    void schemas_that_a_project_leaves_out_are_not_told_of(Desk desk) {
        shop(desk)
                .write(
                        "lockkeeper.yaml",
                        "project: shop\nconvention: flyway\ntokens:\n  schema: shop\ndocs:\n  folder: papers\n  exclude: [shop]\n");
        assertThat(desk.run("docs", "generate").exitCode()).isZero();
        assertThat(desk.folder().resolve("papers/schema/README.md")).exists();
        assertThat(desk.folder().resolve("papers/schema/shop")).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            docs generat | docs has no action generat | did you mean generate?
            docs changes | --from is missing | say --from VERSION
            docs changes --from 7 | there is no migration of version 7 |
            docs coverage --min 101 | 101 is not a share for --min | write a number from 0 to 100
            docs generate --component main | documents tell of all components together | leave out --component
            """)
    @Tag("USE-02")
    void what_is_not_understood_is_said_with_a_way_out(String line, String message, String help, Desk desk) {
        shop(desk);
        Desk.Outcome outcome = desk.run(line.split(" "));
        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.err()).contains(message);
        if (help != null) {
            assertThat(outcome.err()).contains(help);
        }
    }

    @Test
    @Tag("DOC-03")
    void a_file_of_the_model_that_was_merged_badly_is_refused_with_its_place(Desk desk) {
        shop(desk);
        generate(desk);
        desk.write(
                "docs/schema/model.json",
                text(desk, "schema/model.json").replaceFirst(", \"relations\"", "\n<<<<<<< ours\n, \"relations\""));
        Desk.Outcome outcome = desk.run("docs", "validate");
        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.err()).contains("error[docs-file]", "docs/schema/model.json:4:", "lockkeeper docs generate");
        generate(desk);
        assertThat(desk.run("docs", "validate").exitCode()).isZero();
    }
}
