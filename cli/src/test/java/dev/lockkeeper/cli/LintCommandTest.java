package dev.lockkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.dialect.Dialects;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

@Tag("PROOF-04")
@ExtendWith(Desk.Extension.class)
class LintCommandTest {
    private static Desk shop(Desk desk) {
        return desk.write("lockkeeper.yaml", "convention: flyway\ndowns: optional\n")
                .write("migrations/V1__orders.sql", """
                        create schema shop;
                        create table shop.orders (id bigint primary key, total bigint not null);
                        """)
                .write("migrations/V2__index.sql", "create index orders_total on shop.orders (total);\n");
    }

    @Test
    void what_is_told_is_what_the_page_shows_and_the_exit_code_is_3(Desk desk) throws IOException {
        Desk.Outcome outcome = shop(desk).run("lint");
        assertThat(outcome.exitCode()).as(outcome.out() + outcome.err()).isEqualTo(3);
        String page = Files.readString(dev.lockkeeper.cli.Document.ROOT.resolve("docs/lint.md"));
        String example = page.substring(page.indexOf("error[LK01]"), page.indexOf("1 error in"));
        assertThat(desk.normalized(outcome.out()).replace("DIR/", ""))
                .contains(example)
                .contains("3 statements observed on PostgreSQL 18.", ", 0 judged by text, 0 not judged.");
    }

    @Test
    void exception_with_a_reason_is_passed_over_until_its_last_day(Desk desk) {
        shop(desk).write("migrations/V2__index.sql", """
                -- lockkeeper:allow LK01 until=9999-12-31 ten rows
                create index orders_total on shop.orders (total);
                """);
        Desk.Outcome passed = desk.run("lint");
        assertThat(passed.exitCode()).as(passed.out()).isZero();
        assertThat(passed.out()).contains("1 more passed over").doesNotContain("[LK01]");
        desk.write("migrations/V2__index.sql", """
                -- lockkeeper:allow LK01 until=2001-12-31 ten rows
                create index orders_total on shop.orders (total);
                """);
        Desk.Outcome ended = desk.run("lint");
        assertThat(ended.exitCode()).isEqualTo(3);
        assertThat(ended.out()).contains("the exception for it ended on 2001-12-31");
        desk.write("migrations/V2__index.sql", """
                -- lockkeeper:allow-file LK01 ten rows
                create index orders_total on shop.orders (total);
                """);
        assertThat(desk.run("lint").exitCode()).isZero();
    }

    @Test
    void exception_belongs_to_its_statement_alone(Desk desk) {
        shop(desk).write("migrations/V2__index.sql", """
                -- lockkeeper:allow LK01 ten rows
                create index a on shop.orders (total);
                create index b on shop.orders (total);
                """);
        Desk.Outcome outcome = desk.run("lint");
        assertThat(outcome.exitCode()).isEqualTo(3);
        assertThat(outcome.out()).contains("V2__index.sql:3:1").doesNotContain("V2__index.sql:2:1");
    }

    @Test
    void rule_that_does_not_exist_is_refused_where_it_stands(Desk desk) {
        shop(desk).write("migrations/V2__index.sql", "-- lockkeeper:allow ZZ99 ten rows\nselect 1;\n");
        Desk.Outcome file = desk.run("lint", "--text");
        assertThat(file.exitCode()).isEqualTo(2);
        assertThat(file.err()).contains("error[rule-unknown]: there is no rule ZZ99", "V2__index.sql:1:1");
        desk.write("lockkeeper.yaml", "convention: flyway\ndowns: optional\nrules:\n  LK99: off\n")
                .write("migrations/V2__index.sql", "select 1;\n");
        Desk.Outcome project = desk.run("lint", "--text");
        assertThat(project.exitCode()).isEqualTo(2);
        assertThat(project.err()).contains("there is no rule LK99", "lockkeeper.yaml:4:9");
    }

    @Test
    void project_sets_levels(Desk desk) {
        shop(desk).write("lockkeeper.yaml", "convention: flyway\ndowns: optional\nrules:\n  lk01: warning\n");
        Desk.Outcome outcome = desk.run("lint", "--text");
        assertThat(outcome.exitCode()).as(outcome.out()).isZero();
        assertThat(outcome.out()).contains("warning[LK01]");
        assertThat(desk.run("lint", "--text", "--fail-on", "warning").exitCode())
                .isEqualTo(3);
        desk.write("lockkeeper.yaml", "convention: flyway\ndowns: optional\nrules:\n  LK01: off\n");
        assertThat(desk.run("lint", "--text").out()).doesNotContain("LK01");
        desk.write("lockkeeper.yaml", "convention: flyway\nrules:\n  LK01: loud\nnames:\n  table: '['\n");
        assertThat(desk.run("lint", "--text").err())
                .contains("loud is not a value of LK01", "lockkeeper.yaml:3:9")
                .contains("this is not a regular expression", "lockkeeper.yaml:5:10");
    }

    @Test
    void migration_that_fails_is_told_and_those_after_it_are_judged_by_text(Desk desk) {
        shop(desk)
                .write("migrations/V3__no.sql", "select 1 / 0;\nselect 2;\n")
                .write("migrations/V4__index.sql", "create index other on shop.orders (id, total);\n");
        Desk.Outcome outcome = desk.run("lint");
        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.out())
                .contains("error[LK01]", "V4__index.sql:1:1", "division by zero")
                .contains("V3__no.sql:2:1, it was not carried out")
                .contains("1 judged by text, 2 not judged.");
    }

    @Test
    void files_that_differ_from_a_commit_are_told_alone(Desk desk) throws Exception {
        shop(desk);
        git(desk.folder(), "init", "-q");
        git(desk.folder(), "add", ".");
        git(desk.folder(), "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "one");
        desk.write("migrations/V3__index.sql", "create index other on shop.orders (id, total);\n");
        Desk.Outcome outcome = desk.run("lint", "--since", "HEAD");
        assertThat(outcome.exitCode()).isEqualTo(3);
        assertThat(outcome.out()).contains("V3__index.sql:1:1").doesNotContain("V2__index.sql");
        assertThat(desk.run("lint", "--since", "nowhere").err()).contains("git does not say what has changed");
        assertThat(desk.run("lint", "--since", "--output=x").exitCode()).isEqualTo(2);
        assertThat(Files.exists(desk.folder().resolve("migrations/x"))).isFalse();
    }

    private static void git(Path folder, String... arguments) throws Exception {
        ProcessBuilder builder = new ProcessBuilder("git", "-C", folder.toString());
        builder.command().addAll(List.of(arguments));
        assertThat(builder.inheritIO().start().waitFor()).isZero();
    }

    @Test
    void sarif_is_valid_against_its_schema(Desk desk) throws IOException {
        shop(desk)
                .write(
                        "migrations/V3__é ü.sql",
                        "-- lockkeeper:allow LK01 ten rows\ncreate index \"ä\" on shop.orders (id, total);\n")
                .write("migrations/V4__no.sql", "select 1 / 0;\n");
        Path file = desk.folder().resolve("lint.sarif");
        desk.run("lint", "--report", "sarif=" + file);
        JsonNode sarif = new ObjectMapper().readTree(Files.readString(file));
        assertThat(errors(sarif)).isEmpty();
        JsonNode results = sarif.at("/runs/0/results");
        assertThat(results.findValuesAsString("ruleId")).contains("LK01", "LK01");
        assertThat(results.findValuesAsString("justification")).containsExactly("ten rows");
        assertThat(results.findValuesAsString("uri")).anyMatch(uri -> uri.endsWith("V3__%C3%A9%20%C3%BC.sql"));
        assertThat(results.findValuesAsString("lockkeeperFinding/v1")).doesNotHaveDuplicates();
        assertThat(sarif.at("/runs/0/invocations/0/executionSuccessful").asBoolean())
                .isFalse();
    }

    private static List<Error> errors(JsonNode sarif) throws IOException {
        try (InputStream in =
                Objects.requireNonNull(LintCommandTest.class.getResourceAsStream("/schema/sarif-schema-2.1.0.json"))) {
            Schema schema = SchemaRegistry.withDialect(Dialects.getDraft7())
                    .getSchema(new ObjectMapper().readTree(in.readAllBytes()));
            return schema.validate(sarif);
        }
    }

    @Test
    void junit_report_counts_what_it_holds(Desk desk) throws Exception {
        shop(desk).write("migrations/V3__no.sql", "select '\u0001<&]]>' / 0;\n");
        Desk.Outcome outcome = desk.run("lint", "--report", "junit");
        Document report = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(outcome.out())));
        Element suite = (Element) report.getElementsByTagName("testsuite").item(0);
        assertThat(suite.getAttribute("tests"))
                .isEqualTo(
                        Integer.toString(report.getElementsByTagName("testcase").getLength()));
        assertThat(suite.getAttribute("failures"))
                .isEqualTo(
                        Integer.toString(report.getElementsByTagName("failure").getLength()))
                .isEqualTo("1");
        assertThat(suite.getAttribute("errors")).isEqualTo("1");
        assertThat(report.getElementsByTagName("failure").item(0).getTextContent())
                .contains("V2__index.sql:1:1: error LK01");
    }

    @Test
    void annotations_and_comments_hold_whatever_an_object_is_called(Desk desk) {
        shop(desk)
                .write(
                        "migrations/V2__index.sql",
                        "create index \"a|@all %0A::error::x\n<b>\" on shop.orders (total);\n");
        Desk.Outcome gitHub = desk.run("lint", "--report", "github");
        assertThat(gitHub.out().lines().filter(line -> line.startsWith("::")))
                .singleElement()
                .asString()
                .startsWith("::error file=")
                .contains(",line=1,col=1,title=LK01::", "%250A");
        Desk.Outcome comment = desk.run("lint", "--report", "markdown");
        assertThat(comment.out()).startsWith("<!-- lockkeeper lint -->").doesNotContain("@all", "<b>", "a|");
        Desk.Outcome gitLab = desk.run("lint", "--report", "gitlab");
        JsonNode codeQuality = new ObjectMapper().readTree(gitLab.out());
        assertThat(codeQuality.get(0).path("check_name").asString()).isEqualTo("LK01");
        assertThat(codeQuality.get(0).at("/location/lines/begin").asInt()).isEqualTo(1);
        Desk.Outcome none = desk.run("lint", "--report", "sariff");
        assertThat(none.exitCode()).isEqualTo(2);
        assertThat(none.err()).contains("findings have no form sariff", "did you mean sarif?");
    }

    @Test
    void check_judges_and_proves_and_says_whether_it_passed(Desk desk) {
        shop(desk).write("migrations/U1__orders.sql", "drop schema shop cascade;\n");
        Desk.Outcome bad = desk.run("check");
        assertThat(bad.exitCode()).isEqualTo(3);
        assertThat(bad.out()).contains("error[LK01]", "Did not pass.");
        desk.write("migrations/V2__index.sql", "create index concurrently orders_total on shop.orders (total);\n")
                .write("migrations/U2__index.sql", "drop index concurrently shop.orders_total;\n");
        Desk.Outcome good = desk.run("check", "--fail-on", "error");
        assertThat(good.out()).endsWith("Passed.\n");
        assertThat(good.exitCode()).isZero();
        desk.write("migrations/U2__index.sql", "select 1;\n");
        Desk.Outcome unproven = desk.run("check", "--output", "json");
        assertThat(unproven.exitCode()).isEqualTo(3);
        assertThat(unproven.out()).startsWith("{\"schema\":\"lockkeeper/check/v1\",\"passed\":false");
    }

    @Test
    void findings_are_json_too(Desk desk) {
        Desk.Outcome outcome = shop(desk).run("lint", "--output", "json");
        assertThat(outcome.exitCode()).isEqualTo(3);
        JsonNode json = new ObjectMapper().readTree(outcome.out());
        assertThat(json.at("/findings/0/rule").asString()).isEqualTo("LK01");
        assertThat(json.at("/findings/0/allowed").isNull()).isTrue();
        assertThat(json.at("/coverage/observed").asInt()).isEqualTo(3);
    }
}
