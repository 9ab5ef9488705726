package dev.lockkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@Tag("GOV-06")
@ExtendWith(Desk.Extension.class)
class EraseCommandTest {
    private static final String KEY = "k3y-of-the-hashes-0123456789abcdef";
    private static final String FILE = """
            version: 1
            subjects:
              person: {table: public.person, key: [id], find_by: [email]}
            tables:
              public.person:
                erase: anonymize
                columns:
                  id: internal
                  email: {class: confidential, erase: {replace: "erased-{id}@invalid"}}
              public.visit: {subject: {person: person_id}, erase: delete}
              stats.daily: {subject: {person: person}, erase: delete}
            """;

    /** Persons in one database, and rollups of theirs in another. */
    static Desk shop(Desk desk) {
        Assumptions.assumeTrue(Guarded.keygen(desk, "-?") >= 0, "ssh-keygen is missing: install openssh-client");
        for (String name : new String[] {"anna", "maker", "mallory"}) {
            Guarded.keygen(desk, "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", Guarded.key(desk, name));
        }
        Guarded.allow(desk, "anna", "maker");
        String other = desk.database() + "_b";
        desk.execute("create database " + other);
        desk.variables().put("LOCKKEEPER_ERASURE_KEY", KEY);
        desk.write(
                        "lockkeeper.yaml",
                        "project: shop\napproval:\n  signers: allowed_signers\n  revoked: revoked_keys\ncomponents:\n  main: {migrations:"
                                + " migrations, convention: flyway}\n  stats: {migrations: stats, convention: flyway, database: "
                                + other
                                + "}\n")
                .write(
                        "migrations/V1__person.sql",
                        "create table person (id int primary key, email text unique);\ncreate table visit (id int primary key, person_id int"
                                + " references person);\ninsert into person values (41, 'bob@x.org'), (42, 'anna@x.org');\ninsert into visit"
                                + " values (1, 42), (2, 42), (3, 41);\n")
                .write("migrations/U1__person.sql", "drop table visit;\ndrop table person;\n")
                .write(
                        "stats/V1__daily.sql",
                        "create schema stats;\ncreate table stats.daily (person int, mail text, n int);\ninsert into stats.daily values (42,"
                                + " 'Anna@x.org', 7), (41, 'bob@x.org', 1);\n")
                .write("stats/U1__daily.sql", "drop schema stats cascade;\n")
                .write("classification.yaml", FILE);
        assertThat(desk.run("apply").exitCode()).isZero();
        return desk;
    }

    static String requested(Desk desk, String key) {
        Desk.Outcome kept = desk.run("erase", "request", "--key", key, "--reason", "ticket 77");
        assertThat(kept.exitCode()).as(kept.err()).isZero();
        Matcher id = Pattern.compile("request ([0-9a-f-]{36}) is kept").matcher(kept.out());
        assertThat(id.find()).isTrue();
        return id.group(1);
    }

    static Desk.Outcome planned(Desk desk, String request, String key, String file) {
        return planned(desk, request, key, file, Guarded.MAKER, "maker");
    }

    private static Desk.Outcome planned(
            Desk desk, String request, String key, String file, String maker, String signer) {
        return desk.run(
                "erase",
                "plan",
                "--request",
                request,
                "--key",
                key,
                "--as",
                maker,
                "--sign-with",
                Guarded.key(desk, signer),
                "--out",
                path(desk, file));
    }

    static String path(Desk desk, String file) {
        return desk.folder().resolve(file).toString();
    }

    @Test
    void what_could_not_be_searched_for_is_not_called_searched(Desk desk) {
        shop(desk);
        desk.execute("update person set email = null where id = 42");
        String request = requested(desk, "42");
        planned(desk, request, "42", "erase.json");
        String file = path(desk, "erase.json");
        desk.run("erase", "approve", file, "--sign-with", Guarded.key(desk, "anna"));
        Desk.Outcome again = desk.run("erase", "request", "--key", "42", "--reason", "ticket 78");
        assertThat(again.err()).contains("go on with that: lockkeeper erase plan --key KEY --out erase.json");
        Desk.Outcome done = desk.run("erase", "run", file, "--key", "42");
        assertThat(done.exitCode()).as(done.err()).isZero();
        assertThat(done.out())
                .contains("nothing was searched for, because no column of find_by had a value")
                .doesNotContain("nothing found afterwards");
    }

    @Test
    void person_is_forgotten_in_all_databases_once_a_second_person_has_approved_it(Desk desk) throws IOException {
        shop(desk);
        String request = requested(desk, "42");
        Desk.Outcome plan = planned(desk, request.substring(0, 8), "42", "erase.json");
        assertThat(plan.out())
                .contains(
                        "  public.visit: 2 rows deleted",
                        "  public.person: 1 row anonymized",
                        "  stats.daily: 1 row deleted",
                        "a second person signs it");
        String file = path(desk, "erase.json");
        assertThat(Files.readString(Path.of(file)))
                .doesNotContain("anna", "\"42\"")
                .contains("hmac-sha256:");
        Desk.Outcome alone = desk.run("erase", "run", file, "--key", "42");
        assertThat(alone.exitCode()).isEqualTo(4);
        assertThat(alone.err())
                .contains("error[erasure-refused]: the plan has 0 of 1 approval by others than who made it");
        Desk.Outcome own = desk.run("erase", "approve", file, "--sign-with", Guarded.key(desk, "maker"));
        assertThat(own.err()).contains("error[approval-refused]");
        assertThat(desk.run("erase", "approve", file, "--sign-with", Guarded.key(desk, "anna"), "--output", "json")
                        .out())
                .contains("\"principal\":\"anna@example.com\"");
        String certificate = path(desk, "certificate.json");
        Desk.Outcome done = desk.run("erase", "run", file, "--key", "42", "--out", certificate, "--output", "json");
        assertThat(done.err()).isEmpty();
        assertThat(done.exitCode()).isZero();
        assertThat(desk.rows("select email from person order by id")).containsExactly("bob@x.org", "erased-42@invalid");
        assertThat(desk.rows("select id from visit")).containsExactly("3");
        assertThat(Files.readString(Path.of(certificate)))
                .contains(
                        "\"inTime\":true",
                        "\"values\":1",
                        "\"found\":0",
                        "\"madeBy\":\"SHA256:",
                        "\"table\":\"stats.daily\",\"way\":\"delete\",\"rows\":1")
                .doesNotContain("anna", "bob", KEY);
        assertThat(desk.run("erase", "list").out()).contains(request + "  erased", "0 requests are open.");
        Desk.Outcome verified = desk.run("audit", "verify");
        assertThat(verified.exitCode()).as(verified.out()).isZero();
        assertThat(desk.rows("select string_agg(a::text, '') from lockkeeper.audit a")
                        .get(0))
                .doesNotContain("@x.org", KEY);
        assertThat(desk.run("erase", "run", file, "--key", "42").err()).contains("is erased");

        // a restore brings the person back, with a record that may know nothing of it
        String list = path(desk, "erased.json");
        assertThat(desk.run("erase", "list", "--out", list).exitCode()).isZero();
        desk.execute("update person set email = 'anna@x.org' where id = 42; insert into visit values (9, 42)");
        assertThat(desk.run("erase", "reapply", "--from", list).out())
                .contains("1 person was forgotten, and 1 of them has rows here: 2 rows would be looked at");
        assertThat(desk.run("erase", "reapply", "--from", list, "--execute", "--output", "json")
                        .out())
                .contains("\"back\":1,\"rows\":2");
        assertThat(desk.rows("select email from person where id = 42")).containsExactly("erased-42@invalid");
        assertThat(desk.run("erase", "reapply").out()).contains("0 of them have rows here");
    }

    @Test
    void file_that_is_in_the_way_is_told_before_anything_is_signed_or_done(Desk desk) throws IOException {
        shop(desk);
        String request = requested(desk, "42");
        assertThat(planned(desk, request, "42", "erase.json").exitCode()).isZero();
        String file = path(desk, "erase.json");
        assertThat(planned(desk, request, "42", "erase.json", "anna@example.com", "anna")
                        .err())
                .contains("error[file-exists]");
        // a signature that belongs to no plan would keep anna from approving
        assertThat(Path.of(file + ".anna@example.com.sig")).doesNotExist();
        assertThat(desk.run("erase", "approve", file, "--sign-with", Guarded.key(desk, "anna"))
                        .exitCode())
                .isZero();
        desk.write("certificate.json", "of somebody else");
        Desk.Outcome taken = desk.run("erase", "run", file, "--key", "42", "--out", path(desk, "certificate.json"));
        assertThat(taken.err()).contains("error[file-exists]");
        Desk.Outcome nowhere =
                desk.run("erase", "run", file, "--key", "42", "--out", path(desk, "no/certificate.json"));
        assertThat(nowhere.err()).contains("error[file-unreadable]");
        assertThat(desk.rows("select count(*) from visit")).containsExactly("3");
        assertThat(desk.run("erase", "list").out()).contains(request + "  open");
        assertThat(desk.folder().resolve("certificate.json")).hasContent("of somebody else");
    }

    @Test
    void one_person_cannot_make_a_plan_in_another_name_and_approve_it(Desk desk) throws IOException {
        shop(desk);
        String request = requested(desk, "42");
        String file = path(desk, "erase.json");
        Desk.Outcome foreign = planned(desk, request, "42", "erase.json", "somebody@example.com", "anna");
        assertThat(foreign.exitCode()).isEqualTo(4);
        assertThat(foreign.err())
                .contains(
                        "error[approval-refused]: the key is not one of somebody@example.com",
                        " says that it is of anna@example.com");
        assertThat(Path.of(file)).doesNotExist();
        Desk.Outcome stranger = planned(desk, request, "42", "erase.json", "mallory@example.com", "mallory");
        assertThat(stranger.err()).contains("error[approval-refused]", "its key is not in ");
        // the name is written by hand into a file that was signed, or the signature is left away
        assertThat(planned(desk, request, "42", "erase.json", "anna@example.com", "anna")
                        .exitCode())
                .isZero();
        String text = Files.readString(Path.of(file));
        desk.write("erase.json", text.replace("anna@example.com", Guarded.MAKER));
        Desk.Outcome renamed = desk.run("erase", "approve", file, "--sign-with", Guarded.key(desk, "anna"));
        assertThat(renamed.exitCode()).isEqualTo(4);
        assertThat(renamed.err())
                .contains("error[erasure-refused]: no signature shows that maker@example.com has made the plan");
        desk.write("erase.json", text);
        assertThat(desk.run("erase", "approve", file, "--sign-with", Guarded.key(desk, "anna"))
                        .err())
                .contains("error[approval-refused]", "has made the plan or committed its scripts");
        assertThat(desk.run("erase", "run", file, "--key", "42").err())
                .contains("error[erasure-refused]: the plan has 0 of 1 approval by others than who made it");
        assertThat(desk.run("erase", "approve", file, "--sign-with", Guarded.key(desk, "maker"))
                        .exitCode())
                .isZero();
        Files.delete(Path.of(file + ".anna@example.com.sig"));
        assertThat(desk.run("erase", "run", file, "--key", "42").err())
                .contains("error[erasure-refused]: no signature shows that anna@example.com has made the plan");
        assertThat(desk.rows("select count(*) from visit")).containsExactly("3");
    }

    @Test
    void reason_is_a_line_that_people_can_read_and_stays_in_the_record(Desk desk) {
        shop(desk);
        for (String reason : new String[] {" ", "a\nb", "\u001b[2K", "abc\u202ecba", "x".repeat(501)}) {
            Desk.Outcome refused = desk.run("erase", "request", "--key", "42", "--reason", reason);
            assertThat(refused.exitCode()).isEqualTo(2);
            assertThat(refused.err()).contains("--reason ").doesNotContain("\u001b", "\u202e");
        }
        String reason = "ticket 77, \u0627\u0644\u0637\u0644\u0628 \ud83d\udc68\u200d\ud83d\udc69\u200d\ud83d\udc67 'x'"
                + "y".repeat(470);
        assertThat(desk.run("erase", "request", "--key", "42", "--reason", "  " + reason + " ")
                        .exitCode())
                .isZero();
        assertThat(desk.rows("select reason from lockkeeper.erasure")).containsExactly(reason);
    }

    @Test
    void what_the_file_does_not_cover_is_found_in_the_other_database_and_the_request_stays_open(Desk desk) {
        shop(desk)
                .write(
                        "classification.yaml",
                        FILE.replace("  stats.daily: {subject: {person: person}, erase: delete}\n", ""));
        String request = requested(desk, "42");
        assertThat(planned(desk, request, "42", "erase.json").exitCode()).isZero();
        String file = path(desk, "erase.json");
        desk.run("erase", "approve", file, "--sign-with", Guarded.key(desk, "anna"));
        Desk.Outcome found = desk.run("erase", "run", file, "--key", "42");
        assertThat(found.exitCode()).isEqualTo(3);
        assertThat(found.err())
                .contains(
                        "error[erasure-incomplete]: the person was still found afterwards, in stats.daily.mail (1 row)")
                .doesNotContainIgnoringCase("anna@x.org");
        assertThat(desk.rows("select email from person where id = 42")).containsExactly("anna@x.org");
        assertThat(desk.run("erase", "list").out()).contains(request + "  open");
    }

    @Test
    void plan_that_was_changed_or_does_not_fit_any_more_is_refused(Desk desk) throws IOException {
        shop(desk);
        String request = requested(desk, "42");
        planned(desk, request, "42", "erase.json");
        String file = path(desk, "erase.json");
        desk.run("erase", "approve", file, "--sign-with", Guarded.key(desk, "anna"));
        String text = Files.readString(Path.of(file));
        desk.write("erase.json", text.replace("\"way\":\"delete\"", "\"way\":\"keep\""));
        assertThat(desk.run("erase", "run", file, "--key", "42").err()).contains("the signature is not of this plan");
        desk.write("erase.json", text);
        assertThat(desk.run("erase", "run", file, "--key", "41").err()).contains("this is not the person of request");
        desk.write("classification.yaml", FILE + "# a comment\n");
        assertThat(desk.run("erase", "run", file, "--key", "42").err())
                .contains("what would be done now is not what the plan says");
        desk.write("classification.yaml", FILE);
        desk.variables().put("LOCKKEEPER_ERASURE_KEY", KEY + "other");
        assertThat(desk.run("erase", "run", file, "--key", "42").err())
                .contains("the request was kept under another key");
        desk.variables().remove("LOCKKEEPER_ERASURE_KEY");
        Desk.Outcome without = desk.run("erase", "run", file, "--key", "42");
        assertThat(without.err()).contains("error[erasure-refused]: the variable LOCKKEEPER_ERASURE_KEY is not set");
        assertThat(without.exitCode()).isEqualTo(4);
        assertThat(desk.rows("select count(*) from visit")).containsExactly("3");
    }

    @Test
    void request_that_is_open_after_thirty_days_is_shown_and_ends_with_3(Desk desk) {
        shop(desk);
        String request = requested(desk, "42");
        assertThat(desk.run("erase", "request", "--key", "42", "--reason", "again")
                        .err())
                .contains("this person has an open request: " + request);
        Desk.Outcome open = desk.run("erase", "list");
        assertThat(open.exitCode()).isZero();
        assertThat(open.out()).contains(", 29 days left", "1 request is open.");
        desk.execute("set session_replication_role = replica; alter table lockkeeper.erasure disable trigger all;"
                + " update lockkeeper.erasure set due_at = now() - interval '3 days';"
                + " alter table lockkeeper.erasure enable always trigger erasure_append_only");
        Desk.Outcome late = desk.run("erase", "list");
        assertThat(late.exitCode()).isEqualTo(3);
        assertThat(late.out()).contains(request + "  overdue", "3 days ago");
        assertThat(desk.run("erase", "list", "--output", "json").out())
                .contains("\"state\":\"overdue\",\"subject\":\"person\"");
        assertThat(desk.run("erase", "withdraw", "--request", request, "--reason", "it was a test")
                        .exitCode())
                .isZero();
        assertThat(desk.run("erase", "list").exitCode()).isZero();
        assertThat(planned(desk, request, "42", "x.json").err()).contains("request " + request + " is withdrawn");
    }

    @Test
    void arguments_that_do_not_fit_are_told(Desk desk) {
        shop(desk);
        assertThat(desk.run("erase", "forget").err()).contains("erase has no action forget");
        assertThat(desk.run("erase", "request", "--subject", "persn", "--key", "1")
                        .err())
                .contains("did you mean person?");
        assertThat(desk.run("erase", "request", "--reason", "x").err()).contains("the key of a person is id");
        assertThat(desk.run("erase", "plan", "--key", "42", "--out", "x").err())
                .contains("this person has no open request");
        assertThat(desk.run("erase", "plan", "--request", "zz", "--key", "42", "--out", "x")
                        .err())
                .contains("there is no request zz");
        String nobody = requested(desk, "4711");
        assertThat(planned(desk, nobody, "4711", "y.json").err())
                .contains("no database has a person of this key, or rows of it");
        assertThat(desk.run("erase", "run").err()).contains("the file of the plan is missing");
        assertThat(desk.run("erase", "request", "--key", "it's me", "--reason", "ticket 1")
                        .err())
                .contains("the database does not tell what it has of the person");
        // another way to write the key is no other person
        assertThat(desk.run("erase", "request", "--key", " 04711", "--reason", "ticket 2")
                        .err())
                .contains("this person has an open request");
    }
}
