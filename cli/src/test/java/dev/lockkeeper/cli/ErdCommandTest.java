package dev.lockkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(Desk.Extension.class)
@Tag("DOC-02")
class ErdCommandTest {
    /** Two schemas with tables of one name, a ring, a key of two columns, one to itself, partitions, a view, a quoted name. */
    private static final String UP = """
            create schema sales;
            create table sales.customer (id int primary key, favorite int);
            create table public.customer (id int primary key, name text not null);
            create table sales."Order & Co" (
              id int, customer_id int not null references sales.customer on delete cascade, parent int,
              total numeric(10,2) generated always as (1.5) stored,
              placed_at timestamptz not null, primary key (id, placed_at)) partition by range (placed_at);
            create table sales.p1 partition of sales."Order & Co" for values from ('2026-01-01') to ('2026-02-01');
            create table sales.p2 partition of sales."Order & Co" for values from ('2026-02-01') to ('2026-03-01');
            create table sales.line (
              order_id int, placed_at timestamptz, no int, primary key (order_id, placed_at, no),
              foreign key (order_id, placed_at) references sales."Order & Co");
            create table public.node (id int primary key, up int references public.node);
            alter table sales.customer add foreign key (favorite) references public.node;
            create view sales.totals as select customer_id from sales."Order & Co";
            """;

    private static Desk shop(Desk desk) {
        return desk.project()
                .write("migrations/V2__sales.sql", UP)
                .write(
                        "migrations/U2__sales.sql",
                        "drop schema sales cascade; drop table public.customer; drop table public.node;\n");
    }

    private static String live(Desk desk) {
        return "dbname=" + desk.database();
    }

    private static Desk.Outcome fine(Desk desk, String... arguments) {
        Desk.Outcome outcome = desk.run(arguments);
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        return outcome;
    }

    @ParameterizedTest
    @ValueSource(strings = {"week-planner", "player-engagement", "prediction-market", "inference-platform"})
    void diagrams_of_the_reference_schemas_are_those_of_their_migrations(String schema, Desk desk) {
        Path folder = Document.ROOT.resolve("schemas").resolve(schema);
        String docs = folder.resolve("docs").toString();
        if ("refresh".equals(System.getProperty("lockkeeper.golden"))) {
            fine(desk, "erd", "--project", folder.toString(), "--out", docs);
        }
        Desk.Outcome outcome = desk.run("erd", "--project", folder.toString(), "--out", docs, "--check");
        assertThat(outcome.exitCode()).as(outcome.out() + outcome.err()).isZero();
        assertThat(outcome.out().lines().filter(line -> line.startsWith("current   ")))
                .hasSize(7);
    }

    @Test
    void migrations_and_the_database_that_they_were_applied_to_give_the_same_picture(Desk desk) {
        String made = fine(shop(desk), "erd", "--level", "all").out();
        assertThat(made)
                .startsWith("<?xml")
                .contains(
                        ">Order &amp; Co</text>",
                        "sales.line refers to sales.Order &amp; Co\n",
                        "order_id = id, placed_at = placed_at")
                .doesNotContain("lockkeeper.history", ">p1</text>", ">totals</text>")
                .contains("6 tables in 2 schemas, 4 foreign keys drawn");
        fine(desk, "apply");
        String live =
                fine(desk, "erd", "--level", "all", "--database", live(desk)).out();
        // what is counted where it is known
        assertThat(live)
                .contains("2 partitions by RANGE (placed_at)", "<title>" + desk.database() + "</title>")
                .doesNotContain("lockkeeper.history");
        assertThat(fine(desk, "erd", "--format", "dbml", "--database", live(desk))
                        .out()
                        .replaceFirst("Project \"[^\"]*\"", ""))
                .isEqualTo(fine(desk, "erd", "--format", "dbml").out().replaceFirst("Project \"[^\"]*\"", ""));
    }

    @Test
    void database_needs_no_project_beside_it_but_one_that_is_named(Desk desk) {
        fine(shop(desk), "apply");
        Desk.Outcome drawn = desk.run(
                new Properties(), List.of("erd", "--level", "names", "--format", "dot", "--database", live(desk)));
        assertThat(drawn.exitCode()).as(drawn.err()).isZero();
        assertThat(drawn.out()).contains("Order & Co").doesNotContain("lockkeeper.history");
        Path types = desk.folder().resolve("types");
        Desk.Outcome written = desk.run(
                new Properties(), List.of("types", "generate", "--database", live(desk), "--out", types.toString()));
        assertThat(written.exitCode()).as(written.err()).isZero();
        assertThat(types.resolve("contract.tsv")).exists();
        assertThat(desk.run("erd", "--project", desk.folder().resolve("none").toString(), "--database", live(desk))
                        .err())
                .contains("error[project-missing]");
    }

    @Test
    void folder_gets_a_file_of_each_form_and_check_tells_what_is_out_of_date(Desk desk) throws IOException {
        String out = desk.folder().resolve("made here").toString();
        Desk.Outcome missing = desk.project().run("erd", "--out", out, "--check");
        assertThat(missing.exitCode()).isEqualTo(3);
        assertThat(missing.out()).contains("missing   ", "Next: the same command without --check writes them");
        assertThat(fine(desk, "erd", "--out", out).out()).contains("made      ", "1 table, 0 foreign keys drawn");
        assertThat(Path.of(out)).isDirectoryContaining("glob:**erd.{svg,html,dot,mmd,puml,dbml}");
        fine(desk, "erd", "--out", out, "--check");
        // a checkout may end its lines in another way
        Path picture = Path.of(out, "erd.svg");
        Files.writeString(picture, Files.readString(picture).replace("\n", "\r\n"));
        fine(desk, "erd", "--out", out, "--check");
        desk.second("alter table first add name text;\n");
        Desk.Outcome stale = desk.run("erd", "--out", out, "--check", "--output", "json");
        assertThat(stale.exitCode()).isEqualTo(3);
        assertThat(stale.out()).contains("\"found\":\"outdated\"", "\"found\":\"current\"");
        assertThat(fine(desk, "erd", "--out", out).out()).contains("written   ");
        fine(desk, "erd", "--out", out, "--check");
    }

    @Test
    void file_of_somebody_else_is_left_as_it_is_and_nothing_is_written(Desk desk) throws IOException {
        Path out = Files.createDirectories(desk.project().folder().resolve("out"));
        Files.writeString(out.resolve("erd.dot"), "digraph mine {}\n");
        Desk.Outcome refused = desk.run("erd", "--out", out.toString());
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.err()).contains("error[file-exists]", "erd.dot");
        assertThat(out).isDirectoryNotContaining("glob:**.svg");
        assertThat(out.resolve("erd.dot")).hasContent("digraph mine {}\n");
    }

    @Test
    void name_of_the_file_tells_the_form(Desk desk) throws IOException {
        Path file = desk.project().folder().resolve("deep/down/first.puml");
        fine(desk, "erd", "--out", file.toString(), "--table", "first");
        assertThat(file).content().startsWith("@startuml\n").contains("entity \"first\" as t1");
        Desk.Outcome json = fine(desk, "erd", "--format", "mermaid", "--output", "json");
        assertThat(json.out())
                .startsWith("{\"schema\":\"lockkeeper/erd/v1\",\"tables\":1,")
                .contains("erDiagram\\n");
    }

    @Test
    void around_a_table_by_any_name_that_is_clear(Desk desk) {
        shop(desk);
        for (String name :
                List.of("Order & Co", "sales.Order & Co", "sales.\"Order & Co\"", "\"sales\".\"Order & Co\"")) {
            assertThat(fine(desk, "erd", "--table", name, "--format", "dot").out())
                    .contains("<b>Order &amp; Co</b>", "<b>line</b>", "<b>customer</b>")
                    .doesNotContain("<b>node</b>");
        }
        assertThat(fine(desk, "erd", "--table", "line", "--depth", "3", "--format", "dot")
                        .out())
                .contains("<b>node</b>");
        assertThat(fine(desk, "erd", "--schema", "sales", "--format", "dot").out())
                .doesNotContain("<b>node</b>");
        assertThat(desk.run("erd", "--table", "customer").err())
                .contains(
                        "error[table-unknown]: there are several tables customer",
                        "\"public\".\"customer\", \"sales\".\"customer\"");
        assertThat(desk.run("erd", "--table", "sales.custommer").err()).contains("did you mean sales.customer?");
        assertThat(desk.run("erd", "--schema", "sale").err())
                .contains("there is no schema sale", "did you mean sales?");
    }

    @Test
    void what_is_not_understood_is_a_usage_error_before_a_server_starts(Desk desk) {
        desk.project();
        for (List<String> line : List.of(
                List.of("erd", "--level", "some"),
                List.of("erd", "--format", "png"),
                List.of("erd", "--depth", "2"),
                List.of("erd", "--table", "first", "--depth", "0"),
                List.of("erd", "--table", "first", "--depth", "10"),
                List.of("erd", "--table", "first", "--level", "all"),
                List.of("erd", "--check"),
                List.of("erd", "--out", desk.folder().toString(), "--table", "first"),
                List.of("erd", "--out", desk.folder().resolve("erd.png").toString()))) {
            Desk.Outcome refused = desk.run(line.toArray(String[]::new));
            assertThat(refused.exitCode()).as(line + refused.err()).isEqualTo(2);
            assertThat(refused.err()).contains("error[usage]: ");
        }
    }
}
