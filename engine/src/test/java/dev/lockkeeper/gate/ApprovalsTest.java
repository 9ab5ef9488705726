package dev.lockkeeper.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.project.Roles;
import dev.lockkeeper.project.Signers;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApprovalsTest {
    private static final String DIGEST = "sha256:" + "ab".repeat(32);
    private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");

    @TempDir
    private Path folder = Path.of("");

    private Keys keys = new Keys(Path.of(""));

    @BeforeEach
    void keys() {
        Assumptions.assumeTrue(Keys.present(), "ssh-keygen is missing: install openssh-client");
        keys = new Keys(folder);
        keys.make("anna");
        keys.make("ben");
    }

    private Approval approval(String key) {
        return approval(key, DIGEST);
    }

    private Approval approval(String key, String digest) {
        return new Approval(
                key + ".sig",
                new SigningKey(keys.file(key))
                        .sign(SshSignature.PLAN, PlanFile.message(digest))
                        .armored());
    }

    private AllowedSigners signers(String... lines) {
        return AllowedSigners.read(
                new Signers(keys.write("allowed", String.join("\n", lines) + "\n"), keys.write("revoked", "")));
    }

    private static Approvals judge(AllowedSigners signers, Approval... approvals) {
        return Approvals.judge(
                List.of(approvals),
                DIGEST,
                List.of("Carl@Example.com", "dora@example.com"),
                signers,
                Roles.everybody(),
                NOW);
    }

    private String refusal(String line) {
        Approvals judged = judge(signers(line), approval("anna"));
        assertThat(judged.accepted()).isEmpty();
        assertThat(judged.refused()).hasSize(1);
        return judged.refused().get(0).replace(folder.toString(), "DIR");
    }

    @Test
    void two_persons_are_two_approvals() {
        AllowedSigners signers =
                signers("# who may", "anna@example.com " + keys.line("anna"), "ben@example.com " + keys.line("ben"));
        assertThat(judge(signers, approval("anna"), approval("ben")).names())
                .isEqualTo("anna@example.com, ben@example.com");
    }

    @Test
    void one_person_is_one_approval_whatever_keys_and_names_they_have() {
        AllowedSigners signers =
                signers("anna@example.com,a@example.org " + keys.line("anna"), "A@example.org " + keys.line("ben"));
        assertThat(judge(signers, approval("anna"), approval("anna"), approval("ben"))
                        .accepted())
                .hasSize(1);
        AllowedSigners twice = signers("anna@example.com " + keys.line("anna"), "ben@example.com " + keys.line("anna"));
        assertThat(judge(twice, approval("anna"), approval("anna")).names()).isEqualTo("anna@example.com");
    }

    @Test
    void who_made_the_plan_or_its_scripts_cannot_approve_it_by_any_name() {
        assertThat(refusal("anna@example.com,CARL@example.com " + keys.line("anna")))
                .contains("anna@example.com has made the plan or committed its scripts");
        assertThat(refusal("dora@example.com " + keys.line("anna"))).contains("dora@example.com has made the plan");
    }

    @Test
    void who_made_the_plan_cannot_approve_it_by_a_key_that_lines_lead_to_by_way_of_others() {
        keys.make("carl");
        keys.make("old");
        AllowedSigners oneKey = signers(
                "carl@example.com " + keys.line("carl"),
                "CJ@example.com " + keys.line("carl"),
                "cj@example.com " + keys.line("anna"),
                "ben@example.com " + keys.line("ben"));
        Approvals judged = judge(oneKey, approval("anna"), approval("ben"));
        assertThat(judged.names()).isEqualTo("ben@example.com");
        assertThat(judged.refused().get(0)).contains("cj@example.com has made the plan");
        // a line that has expired still says who somebody is
        AllowedSigners oneName = signers(
                "carl@example.com,cj@example.com valid-before=\"20250101\" " + keys.line("old"),
                "cj@example.com " + keys.line("anna"));
        assertThat(judge(oneName, approval("anna")).accepted()).isEmpty();
        AllowedSigners two = signers(
                "a@example.com " + keys.line("anna"),
                "b@example.com " + keys.line("ben"),
                "b@example.com " + keys.line("anna"));
        assertThat(judge(two, approval("anna"), approval("ben")).names()).isEqualTo("a@example.com");
        // and the maker is found by each of these names, whatever else they have signed
        for (String name : new String[] {"a@example.com", "B@example.com"}) {
            assertThat(Approvals.maker(List.of(approval("ben"), approval("anna")), DIGEST, name, two, NOW))
                    .as(name)
                    .isPresent();
        }
    }

    @Test
    void an_approval_of_another_plan_is_refused() {
        AllowedSigners signers = signers("anna@example.com " + keys.line("anna"));
        Approvals judged = judge(signers, approval("anna", DIGEST.replace('a', 'c')));
        assertThat(judged.accepted()).isEmpty();
        assertThat(judged.refused().get(0)).contains("the signature is not of this plan: it was given for another one");
    }

    @Test
    void a_signature_for_another_purpose_is_refused() {
        String git =
                keys.run(DIGEST + "\n", "-Y", "sign", "-f", "anna", "-n", "git").out();
        Approvals judged = judge(signers("anna@example.com " + keys.line("anna")), new Approval("x.sig", git));
        assertThat(judged.refused().get(0)).contains("the signature is for another purpose: git");
    }

    @Test
    void signers_who_are_not_allowed_are_refused_by_name_of_the_reason() {
        assertThat(refusal("ben@example.com " + keys.line("ben")))
                .startsWith("anna.sig: SHA256:")
                .endsWith("its key is not in DIR/allowed: it was removed, or was never there");
        assertThat(refusal("anna@example.com valid-before=\"20260601115959Z\" " + keys.line("anna")))
                .endsWith("its key has expired at 2026-06-01T11:59:59Z (DIR/allowed:1:1)");
        assertThat(refusal("anna@example.com valid-after=\"20260601120001Z\" " + keys.line("anna")))
                .endsWith("its key counts from 2026-06-01T12:00:01Z on only (DIR/allowed:1:1)");
        assertThat(refusal("anna@example.com namespaces=\"git,file\" " + keys.line("anna")))
                .endsWith("its key is not for the namespace lockkeeper-plan (DIR/allowed:1:1)");
        assertThat(refusal("anna@example.com namespaces=\"*,!lockkeeper-*\" " + keys.line("anna")))
                .contains("is not for the namespace");
        assertThat(refusal("*@example.com " + keys.line("anna"))).contains("its line names a pattern and no person");
        assertThat(refusal("anna@example.com cert-authority " + keys.line("anna")))
                .contains("its key is not in");
    }

    @Test
    void a_line_that_counts_is_enough_beside_one_that_has_expired() {
        AllowedSigners signers = signers(
                "anna@example.com valid-before=\"20250101\" " + keys.line("anna"),
                "anna@example.com valid-after=\"20250101Z\",valid-before=\"203001010000Z\",namespaces=\"lockkeeper-*\" "
                        + keys.line("anna") + " her laptop");
        assertThat(judge(signers, approval("anna")).names()).isEqualTo("anna@example.com");
    }

    @Test
    void a_revoked_key_does_not_count_although_it_is_allowed() {
        keys.write("gone", "# lost on the train\n" + keys.line("anna") + " her laptop\n");
        AllowedSigners signers = AllowedSigners.read(
                new Signers(keys.write("allowed", "anna@example.com " + keys.line("anna") + "\n"), keys.file("gone")));
        assertThat(judge(signers, approval("anna")).refused().get(0))
                .contains("its key is revoked (" + folder + "/gone:2:1)");
    }

    @Test
    void what_is_no_signature_is_refused_and_the_rest_counts() {
        AllowedSigners signers = signers("anna@example.com " + keys.line("anna"));
        Approvals judged = judge(signers, new Approval("junk.sig", "approved, Ben"), approval("anna"));
        assertThat(judged.names()).isEqualTo("anna@example.com");
        assertThat(judged.refused().get(0)).startsWith("junk.sig: this is no signature that counts");
    }

    @Test
    void all_lines_that_cannot_be_read_are_told_with_their_place() {
        LockkeeperException e = catchThrowableOfType(
                LockkeeperException.class,
                () -> signers(
                        "anna@example.com",
                        "ben@example.com " + keys.line("ben"),
                        "carl@example.com valid-until=\"2026\" " + keys.line("ben"),
                        "dora@example.com valid-before=\"2026-01-01\" " + keys.line("ben"),
                        "emil@example.com ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA",
                        "fritz@example.com ssh-rsa AAAAB3NzaC1yc2E="));
        assertThat(e.problems().stream()
                        .map(p -> p.code().slug() + " "
                                + String.valueOf(p.place()).replace(folder.toString(), "DIR") + " " + p.message()))
                .containsExactly(
                        "signers-file DIR/allowed:1:1 the line is not whole",
                        "signers-file DIR/allowed:3:1 the option valid-until is not known",
                        "signers-file DIR/allowed:4:1 2026-01-01 is not a time",
                        "signers-file DIR/allowed:5:1 the key cannot be read: it ends too early");
    }

    @Test
    void without_a_file_of_signers_nobody_counts() {
        assertThat(judge(AllowedSigners.read(Signers.nobody()), approval("anna"))
                        .refused()
                        .get(0))
                .contains("the project names no file of allowed signers");
    }
}
