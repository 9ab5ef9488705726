package dev.lockkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.describe.types.Language;
import dev.lockkeeper.describe.types.Profile;
import dev.lockkeeper.project.TypeSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(Desk.Extension.class)
@Tag("DOC-04")
class TypesCommandTest {
    private static final String ORDERS = """
            create schema shop;
            create type shop.state as enum ('draft', 'placed');
            create table shop.customers (id bigint generated always as identity primary key, email text not null,
              secret text);
            create table shop.orders (id bigint primary key, customer bigint not null references shop.customers,
              state shop.state not null default 'draft', note character varying(20),
              constraint note_says_something check (note ~ '[^ ]'), constraint host check (family('::1'::inet) = 6));
            """;

    private static Desk shop(Desk desk, String more) {
        return desk.write("lockkeeper.yaml", "project: shop\nconvention: flyway\ndowns: optional\n" + more)
                .write("migrations/V1__orders.sql", ORDERS);
    }

    private static String read(Desk desk, String path) throws IOException {
        return Files.readString(desk.folder().resolve("docs/types").resolve(path));
    }

    @Test
    void files_are_written_found_current_and_stale_after_the_next_migration(Desk desk) throws IOException {
        Desk.Outcome made = shop(desk, "").run("types", "generate");
        assertThat(made.exitCode()).as(made.err()).isZero();
        assertThat(made.out())
                .contains("not translated: shop.orders.host: the type inet", "2 relations, 1 of 2 checks translated");
        assertThat(read(desk, "zod/src/shop.ts"))
                .contains("export const OrdersInsert = z.strictObject({", "'note_says_something'", "the type inet");
        assertThat(read(desk, "java/src/main/java/shop/shop/Orders.java")).contains("public record Orders(");
        assertThat(read(desk, "zod/package.json"))
                .contains("\"name\": \"shop-types\"", "\"devDependencies\": { \"typescript\"");
        assertThat(read(desk, "java/pom.xml")).contains("<maven.compiler.source>17</maven.compiler.source>");
        Desk.Outcome again = desk.run("types", "check");
        assertThat(again.exitCode()).as(again.out()).isZero();

        desk.write("migrations/V2__more.sql", "alter table shop.orders add paid boolean not null default false;\n");
        Desk.Outcome stale = desk.run("types", "check");
        assertThat(stale.exitCode()).isEqualTo(3);
        assertThat(stale.out())
                .contains("outdated  ", "zod/src/shop.ts", "Next: lockkeeper types generate writes them")
                .doesNotContain("runtime.ts");
        assertThat(read(desk, "zod/src/shop.ts")).doesNotContain("paid");
    }

    @Test
    void files_of_what_is_gone_are_removed_and_those_of_others_are_left(Desk desk) throws IOException {
        shop(desk, "").write("migrations/V2__other.sql", "create schema other; create table other.things (id int);\n");
        assertThat(desk.run("types", "generate").exitCode()).isZero();
        desk.write("docs/types/zod/src/mine.ts", "export {};\n");
        desk.write("docs/types/zod/dist/other.js", read(desk, "zod/src/other.ts"));
        desk.write("migrations/V3__away.sql", "drop schema other cascade;\n");
        assertThat(desk.run("types", "check", "--output", "json").out())
                .contains("zod/src/other.ts\"", "\"current\":false");
        assertThat(desk.run("types", "generate").out()).contains("removed   ");
        assertThat(desk.folder().resolve("docs/types/zod/src/other.ts")).doesNotExist();
        assertThat(desk.folder().resolve("docs/types/zod/src/mine.ts")).exists();
        assertThat(desk.folder().resolve("docs/types/zod/dist/other.js")).exists();
        assertThat(desk.run("types", "check").exitCode()).isZero();

        desk.write("docs/types/zod/src/shop.ts", "// written by hand\n");
        Desk.Outcome foreign = desk.run("types", "generate");
        assertThat(foreign.exitCode()).isEqualTo(2);
        assertThat(foreign.err()).contains("error[file-exists]", "zod/src/shop.ts");
        assertThat(read(desk, "zod/src/shop.ts")).isEqualTo("// written by hand\n");
    }

    @Test
    void what_breaks_programs_is_told_first_and_fails(Desk desk) {
        assertThat(shop(desk, "").run("types", "generate").exitCode()).isZero();
        Desk.Outcome same = desk.run("types", "diff");
        assertThat(same.exitCode()).isZero();
        assertThat(same.out()).contains("No difference.");

        desk.write("migrations/V2__more.sql", """
                alter table shop.orders add place text not null, add hint text, alter note type character varying(40), drop constraint host;
                alter table shop.orders add constraint note_short check (char_length(note) < 30);
                alter type shop.state add value 'paid';
                alter table shop.customers drop secret;
                """);
        Desk.Outcome diff = desk.run("types", "diff");
        assertThat(diff.exitCode()).isEqualTo(3);
        assertThat(diff.out().lines().toList())
                .contains(
                        "breaking  check \"shop\".\"orders\" \"note_short\" holds now",
                        "breaking  insert \"shop\".\"orders\".\"place\" is new, and a new row must have it",
                        "breaking  row \"shop\".\"customers\".\"secret\" is gone",
                        "          enum \"shop\".\"state\" has the label 'paid' too, which rows may hold",
                        "          row \"shop\".\"orders\".\"hint\" is new");
        assertThat(desk.run("types", "diff", "--breaking").out())
                .contains("\"place\"")
                .doesNotContain("\"hint\"");
        assertThat(desk.run("types", "diff", "--output", "json").out())
                .contains("\"schema\":\"lockkeeper/types-diff/v1\"", "\"after\":\"text null optional\"");
        assertThat(desk.run("types", "generate").exitCode()).isZero();
        desk.write(
                "migrations/V3__new.sql",
                "create table shop.news (id int primary key, text text not null check (text <> ''));\n"
                        + "create domain shop.word as text check (value <> '');\n");
        assertThat(desk.run("types", "diff").out())
                .contains(
                        "insert \"shop\".\"news\".\"text\" is new",
                        "check \"shop\".\"news\" \"news_text_check\" holds now")
                .doesNotContain("breaking  ");
        Desk.Outcome none =
                desk.write("other.tsv", "hello\n").run("types", "diff", "--against", desk.folder() + "/other.tsv");
        assertThat(none.exitCode()).isEqualTo(2);
        assertThat(none.err()).contains("this is no contract of types");
    }

    @Test
    void project_says_what_is_wanted_and_roles_see_what_they_may(Desk desk) throws IOException {
        shop(desk, """
                        types:
                          folder: src/db
                          targets: [zod]
                          profile: node-postgres
                          npm-package: "@shop/db"
                        """).write("prelude.sql", "create role shop_app;\n").write("migrations/V2__grants.sql", """
                        grant usage on schema shop to shop_app;
                        grant select (id, email), insert (email) on shop.customers to shop_app;
                        """);
        String prelude = desk.folder() + "/prelude.sql";
        assertThat(desk.run("types", "generate", "--prelude", prelude, "--as-role", "shop_app")
                        .exitCode())
                .isZero();
        String module = Files.readString(desk.folder().resolve("src/db/zod/src/shop.ts"));
        assertThat(module)
                .contains("profile node-postgres", "export const CustomersInsert", "email: k.storable()")
                .doesNotContain("secret", "Orders");
        assertThat(desk.folder().resolve("src/db/java")).doesNotExist();
        assertThat(Files.readString(desk.folder().resolve("src/db/zod/package.json")))
                .contains("\"@shop/db\"");
        Desk.Outcome nobody = desk.run("types", "generate", "--prelude", prelude, "--as-role", "nobody_at_all");
        assertThat(nobody.exitCode()).isEqualTo(2);
        assertThat(nobody.err()).contains("there is no role nobody_at_all", "--prelude FILE");
        assertThat(desk.run("types", "generate", "--prelude", prelude, "--as-role", "shop_app", "--as-role", "shop_ap")
                        .err())
                .contains("there is no role shop_ap", "did you mean shop_app?");
        assertThat(desk.run("types", "generate", "--as-role", "shop_app", "--database", "dbname=" + desk.database())
                        .err())
                .contains("there is no role shop_app");
        desk.write("prelude.sql", "create role shop_app; create role shop_idle;\n");
        assertThat(desk.run("types", "generate", "--prelude", prelude, "--as-role", "shop_idle")
                        .err())
                .contains("no table is left: shop_idle");
    }

    @Test
    void relation_without_a_column_to_read_is_listed_and_has_a_type_in_each_language(Desk desk) throws IOException {
        shop(desk, "").write("migrations/V2__more.sql", """
                create role types_writer;
                create table shop.empty ();
                create table shop.log (id int, line text);
                grant usage on schema shop to types_writer;
                grant insert on shop.log, shop.empty to types_writer;
                """);
        Desk.Outcome all = desk.run("types", "generate");
        assertThat(all.exitCode()).as(all.err()).isZero();
        assertThat(all.out())
                .contains("left out: shop.empty: it has no columns: its rows are empty, and Java has no record of them")
                .doesNotContain("left out: shop.log");
        Desk.Outcome role = desk.run("types", "generate", "--as-role", "types_writer");
        assertThat(role.out())
                .contains(
                        "left out: shop.log: none of its columns may be read: its rows are empty",
                        "left out: shop.empty: it has no columns");
        assertThat(read(desk, "typescript/src/shop.ts"))
                .contains("export type LogRow = Record<string, never>;", "export interface LogInsert {");
        assertThat(read(desk, "zod/src/shop.ts")).contains("export const LogRow = ", "export const LogInsert = ");
        assertThat(read(desk, "json-schema/shop.schema.json")).contains("\"LogRow\"", "\"EmptyRow\"");
        assertThat(desk.folder().resolve("docs/types/java/src/main/java/shop/shop/Log.java"))
                .doesNotExist();
        assertThat(desk.run("types", "check", "--as-role", "types_writer", "--output", "json")
                        .out())
                .contains("\"leftOut\":[{\"relation\":\"shop.empty\"");
    }

    @Test
    void mistakes_are_told_with_their_place_and_the_nearest_word(Desk desk) {
        shop(
                desk,
                "types:\n  targets: [zod, zud]\n  profile: jason\n  java-package: Shop\n  npm-package: A B\n  foldr: x\n");
        Desk.Outcome wrong = desk.run("types", "check");
        assertThat(wrong.exitCode()).isEqualTo(2);
        assertThat(wrong.err())
                .contains("zud is not a language of types", "did you mean json?", "Shop is not a package of Java")
                .contains("A B is not a name of a package for npm", "did you mean folder?", "lockkeeper.yaml:5:12");
        assertThat(desk.run("types", "generat").err()).contains("did you mean generate?");
        assertThat(desk.run("types", "generate", "--breaking").exitCode()).isEqualTo(2);
    }

    @Test
    void words_of_the_project_file_are_those_of_the_command() {
        assertThat(Language.keys()).isEqualTo(TypeSettings.TARGETS);
        assertThat(Profile.keys()).isEqualTo(TypeSettings.PROFILES);
    }

    @ParameterizedTest
    @ValueSource(strings = {"week-planner", "player-engagement", "prediction-market", "inference-platform"})
    void types_of_the_reference_schemas_are_those_of_their_migrations(String schema, Desk desk) {
        Path folder = Document.ROOT.resolve("schemas").resolve(schema);
        Desk.Outcome outcome = desk.run("types", "check", "--project", folder.toString());
        assertThat(outcome.exitCode()).as(outcome.out() + outcome.err()).isZero();
    }
}
