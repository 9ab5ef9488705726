package dev.lockkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@Tag("GOV-05")
@ExtendWith(Desk.Extension.class)
class ClassifyCommandTest {
    private static final String FILE = """
            version: 1
            subjects:
              person: {table: public.person, key: [id], find_by: [email]}
            tables:
              public.person:
                owner: identity
                erase: anonymize
                retention: {days: 730, from: gone_at, strategy: anonymize}
                columns:
                  id: internal
                  email: {class: confidential, pii: email, erase: {replace: "erased-{id}@invalid"}}
                  token: {class: restricted, protect: hashed, with: sha256, expose: never, erase: placeholder}
                  gone_at: internal
            """;

    private static Desk shop(Desk desk) {
        return desk.write(
                        "lockkeeper.yaml",
                        "project: shop\nmigrations: migrations\nconvention: flyway\ndata: data.sql\n")
                .write(
                        "migrations/V1__person.sql",
                        "create table person (id int primary key, email text not null unique, token bytea check (octet_length(token) ="
                                + " 32), gone_at timestamptz);\ncreate index person_gone_at on person (gone_at);\n")
                .write("migrations/U1__person.sql", "drop table person;\n")
                .write("data.sql", "insert into person values (1, 'anna@example.org', sha256('x'), null);\n")
                .write("classification.yaml", FILE);
    }

    @Test
    void migration_that_adds_a_column_without_an_entry_makes_check_fail(Desk desk) {
        shop(desk);
        Desk.Outcome good = desk.run("check");
        assertThat(good.out())
                .contains(
                        "No findings about data: 4 of 4 columns in 1 table classified, 1 sample row looked at.",
                        "Passed.");
        assertThat(good.exitCode()).isZero();
        desk.second("alter table person add column phone text;\n")
                .write("migrations/U2__second.sql", "alter table person drop column phone;\n");
        Desk.Outcome bad = desk.run("check");
        assertThat(bad.out())
                .contains("error[DC01]: public.person.phone has no class", "classification.yaml:5:3", "Did not pass.");
        assertThat(bad.exitCode()).isEqualTo(3);
        Desk.Outcome json = desk.run("check", "--output", "json");
        assertThat(json.out()).contains("\"passed\":false", "\"rule\":\"DC01\"", "\"classified\":4");
        assertThat(json.exitCode()).isEqualTo(3);
    }

    @Test
    void findings_about_data_are_in_every_form_of_report(Desk desk) throws IOException {
        shop(desk)
                .second("alter table person add column phone text;\n")
                .write("migrations/U2__second.sql", "alter table person drop column phone;\n");
        Path folder = desk.folder();
        List<String> words = new ArrayList<>(List.of("check"));
        for (String form : List.of("sarif", "junit", "github", "gitlab", "markdown")) {
            words.addAll(List.of("--report", form + "=" + folder.resolve("report." + form)));
        }
        assertThat(desk.run(words.toArray(String[]::new)).exitCode()).isEqualTo(3);
        String sarif = Files.readString(folder.resolve("report.sarif"));
        assertThat(sarif)
                .contains(
                        "\"id\":\"DC01\"",
                        "\"id\":\"LK01\"",
                        "\"ruleId\":\"DC01\",\"level\":\"error\",\"message\":{\"text\":\"public.person.phone has no class")
                .containsPattern("classification.yaml\"\\},\"region\":\\{\"startLine\":5,\"startColumn\":3\\}");
        assertThat(Files.readString(folder.resolve("report.junit")))
                .containsPattern("<failure message=\"[^\"]*classification.yaml:5:3: error DC01: public.person.phone");
        assertThat(Files.readString(folder.resolve("report.github")))
                .containsPattern("::error file=[^\n]*classification.yaml,line=5,col=3,title=DC01::public.person.phone");
        assertThat(Files.readString(folder.resolve("report.gitlab")))
                .contains("\"check_name\":\"DC01\"", "\"description\":\"DC01: public.person.phone has no class");
        assertThat(Files.readString(folder.resolve("report.markdown")))
                .contains("error `DC01`", "public.person.phone has no class");
        // a project without such a file has no such rules
        desk.run("lint", "--report", "sarif=" + folder.resolve("lint.sarif"));
        assertThat(Files.readString(folder.resolve("lint.sarif"))).doesNotContain("DC01");
    }

    @Test
    void restricted_column_that_holds_an_address_in_the_sample_data_is_found(Desk desk) {
        shop(desk)
                .write(
                        "data.sql",
                        "insert into person values (1, 'a@x.org', convert_to(rpad('anna@example.org', 32), 'UTF8'), null);\n");
        Desk.Outcome found = desk.run("classify", "check");
        assertThat(found.exitCode()).isEqualTo(3);
        assertThat(found.out())
                .contains(
                        "error[DC05]: public.person.token is said to be hashed, and 1 sample row has a readable e-mail address in it")
                .doesNotContain("anna@");
    }

    @Test
    void every_problem_of_the_file_is_told_at_once_with_its_place(Desk desk) {
        shop(desk).write("classification.yaml", """
                version: 1
                subject: {}
                tables:
                  person: {owner: me}
                  public.person:
                    subject: {persn: id}
                    retention: {days: 0, from: gone_at, strategy: forget}
                    erase: keep
                    columns:
                      id: intern
                      email: {pii: email, erase: {with: x}}
                """);
        Desk.Outcome refused = desk.run("classify", "check");
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.err().lines().filter(line -> line.startsWith("error[") || line.startsWith("  -->")))
                .extracting(line -> line.replaceFirst("--> .*/", "--> "))
                .containsExactly(
                        "error[classification-file]: the key subject is not known here",
                        "  --> classification.yaml:2:1",
                        "error[classification-file]: person is not the name of a table with its schema",
                        "  --> classification.yaml:4:3",
                        "error[classification-file]: there is no subject persn",
                        "  --> classification.yaml:6:15",
                        "error[classification-file]: 0 is not a number of days",
                        "  --> classification.yaml:7:23",
                        "error[classification-file]: forget is not a value of strategy",
                        "  --> classification.yaml:7:51",
                        "error[classification-file]: why the rows stay is missing",
                        "  --> classification.yaml:8:12",
                        "error[classification-file]: intern is not a value of id",
                        "  --> classification.yaml:10:11",
                        "error[classification-file]: the class of column email is missing",
                        "  --> classification.yaml:11:14",
                        "error[classification-file]: the key with is not known here",
                        "  --> classification.yaml:11:35",
                        "error[classification-file]: what is to stand there is missing",
                        "  --> classification.yaml:11:34");
        assertThat(refused.err()).contains("did you mean internal?");
    }

    @Test
    void first_file_is_suggested_and_what_it_leaves_open_is_no_decision(Desk desk) {
        shop(desk);
        Desk.Outcome draft = desk.run("classify", "suggest");
        assertThat(draft.exitCode()).isZero();
        assertThat(draft.out())
                .contains(
                        "person: {table: public.person, key: [id], find_by: [email]}",
                        "email: {class: confidential, pii: email, erase: placeholder}",
                        "token: {class: restricted, protect: TODO, erase: null}");
        desk.write("classification.yaml", draft.out());
        assertThat(desk.run("classify", "check").err())
                .contains("TODO is not a number of days", "TODO is not a value of protect");
        String out = desk.folder().resolve("draft.yaml").toString();
        assertThat(desk.run("classify", "suggest", "--out", out, "--output", "json")
                        .out())
                .contains("draft.yaml");
        assertThat(desk.run("classify", "suggest", "--out", out).err()).contains("file-exists");
    }

    @Test
    void suggestion_sees_through_domains_and_takes_nothing_for_harmless_that_may_say_anything(Desk desk) {
        desk.write("lockkeeper.yaml", "project: shop\nmigrations: migrations\nconvention: flyway\ndowns: optional\n")
                .write(
                        "migrations/V1__shop.sql",
                        "create domain email as text check (value like '%@%');\ncreate domain remark as text;\ncreate domain cents as bigint;\n"
                                + "create type state as enum ('new', 'paid');\ncreate type address as (street text, city text);\n"
                                + "create table customer (id int primary key, mail email, phone text, password_hash text, birthday date);\n"
                                + "create table mail_log (id int primary key, recipient email, said remark, paid cents, how state, host inet,"
                                + " ship_to address);\n");
        Desk.Outcome draft = desk.run("classify", "suggest");
        assertThat(draft.exitCode()).as(draft.err()).isZero();
        assertThat(draft.out())
                .contains(
                        "find_by: [mail, phone]",
                        "recipient: {class: confidential, pii: email, erase: null}",
                        "said: TODO",
                        "paid: internal",
                        "how: internal",
                        "host: TODO",
                        "ship_to: TODO");
    }

    @Test
    void table_whose_rows_cannot_be_told_from_those_of_others_is_named_with_its_place(Desk desk) {
        shop(desk);
        desk.second(
                        "create domain address as text check (value like '%@%');\ncreate table mail_log (recipient address);\n")
                .write(
                        "data.sql",
                        "insert into person values (1, 'anna@example.org', sha256('x'), null);\ninsert into mail_log values"
                                + " ('anna@example.org');\n")
                .write(
                        "classification.yaml",
                        FILE
                                + "  public.mail_log: {subject: {person: recipient}, erase: delete, retention: {keep: short}, columns:"
                                + " {recipient: {class: confidential, pii: email}}}\n");
        assertThat(desk.run("classify", "check").out())
                .contains(
                        "error[DC20]: forgetting a person is refused: the database does not tell which rows of public.mail_log are of the"
                                + " person: value for domain public.address violates check constraint",
                        "public.mail_log: {subject:");
    }

    @Test
    void exports_are_what_the_other_tools_read(Desk desk) {
        shop(desk);
        assertThat(desk.run("classify", "export", "--format", "dbt").out())
                .startsWith("version: 2\nsources:\n  - name: \"public\"")
                .contains(
                        "{name: \"email\", config: {meta: {classification: confidential, pii: \"email\"}}}",
                        "retention_days: 730");
        assertThat(desk.run("classify", "export", "--format", "openmetadata").out())
                .contains(
                        "\"fullyQualifiedName\":\"public.person\",\"retentionPeriod\":\"P730D\"", "\"PII.Sensitive\"");
        assertThat(desk.run("classify", "export", "--format", "anonymizer").out())
                .isEqualTo(
                        "security label for anon on column \"public\".\"person\".\"email\" is 'MASKED WITH FUNCTION anon.random_string(12)';\n"
                                + "security label for anon on column \"public\".\"person\".\"token\" is 'MASKED WITH VALUE NULL';\n");
        assertThat(desk.run("classify", "export", "--format", "dtb").err()).contains("dtb is not a format");
        assertThat(desk.run("classify", "chek").err()).contains("did you mean check?");
    }

    @Test
    void project_without_a_file_is_told_how_to_get_one_and_a_rule_is_explained(Desk desk) {
        desk.project();
        Desk.Outcome none = desk.run("classify", "check");
        assertThat(none.exitCode()).isEqualTo(2);
        assertThat(none.err())
                .contains("error[classification-file]: the project has no classification file", "classify suggest");
        assertThat(desk.run(new java.util.Properties(), List.of("explain", "dc06"))
                        .out())
                .contains(
                        "DC06 (error): view or inherited column of a lower class than where it comes from",
                        "contact: public");
        assertThat(desk.run(new java.util.Properties(), List.of("explain", "rules", "--output", "json"))
                        .out())
                .contains("\"rule\":\"LK01\"", "\"rule\":\"DC22\"");
    }
}
