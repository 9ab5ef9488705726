package dev.lockkeeper.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SshSignatureTest {
    private static final String DIGEST = "sha256:" + "ab".repeat(32);

    @TempDir
    private Path folder = Path.of("");

    private Keys keys = new Keys(Path.of(""));

    @BeforeEach
    void keys() {
        Assumptions.assumeTrue(Keys.present(), "ssh-keygen is missing: install openssh-client");
        keys = new Keys(folder);
    }

    private static byte[] message() {
        return PlanFile.message(DIGEST);
    }

    private static SshSignature signed(Path key) {
        return new SigningKey(key).sign(SshSignature.PLAN, message());
    }

    @Test
    void ssh_keygen_verifies_what_lockkeeper_signs() {
        Path key = keys.make("anna");
        keys.write("allowed", "anna@example.com namespaces=\"lockkeeper-plan\" " + keys.line("anna") + "\n");
        keys.write("plan.sig", signed(key).armored());

        Keys.Result verified = keys.run(
                DIGEST + "\n",
                "-Y",
                "verify",
                "-f",
                "allowed",
                "-I",
                "anna@example.com",
                "-n",
                "lockkeeper-plan",
                "-s",
                "plan.sig");
        assertThat(verified.out()).startsWith("Good \"lockkeeper-plan\" signature for anna@example.com");
        assertThat(verified.exit()).isZero();
        assertThat(keys.run(
                                DIGEST + "x\n",
                                "-Y",
                                "verify",
                                "-f",
                                "allowed",
                                "-I",
                                "anna@example.com",
                                "-n",
                                "lockkeeper-plan",
                                "-s",
                                "plan.sig")
                        .exit())
                .isNotZero();
    }

    @Test
    void it_is_the_same_signature_as_that_of_ssh_keygen_to_the_last_byte() {
        Path key = keys.make("anna");
        String theirs = keys.run(DIGEST + "\n", "-Y", "sign", "-f", key.toString(), "-n", "lockkeeper-plan")
                .out();
        assertThat(signed(key).armored()).isEqualTo(theirs);
    }

    @Test
    void what_ssh_keygen_signs_with_either_hash_is_verified() throws SshBlob.Malformed {
        Path key = keys.make("anna");
        for (String hash : new String[] {"sha256", "sha512"}) {
            String theirs = keys.run(
                            DIGEST + "\n",
                            "-Y",
                            "sign",
                            "-O",
                            "hashalg=" + hash,
                            "-f",
                            key.toString(),
                            "-n",
                            "lockkeeper-plan")
                    .out();
            SshSignature read = SshSignature.read(theirs.replace("\n", "\r\n"));
            assertThat(read.hash()).isEqualTo(hash);
            assertThat(read.signs(message())).isTrue();
            assertThat(read.signs(PlanFile.message(DIGEST.replace('a', 'c')))).isFalse();
        }
    }

    @Test
    void the_fingerprint_is_that_of_ssh_keygen() {
        Path key = keys.make("anna");
        assertThat(keys.run("", "-l", "-f", key.toString()).out())
                .contains(" " + signed(key).key().fingerprint() + " ");
    }

    @Test
    void a_signature_that_was_cut_off_or_changed_in_any_byte_does_not_count() throws SshBlob.Malformed {
        String armored = signed(keys.make("anna")).armored();
        for (int end = 0; end < armored.length() - 1; end++) {
            String cut = armored.substring(0, end);
            assertThatExceptionOfType(SshBlob.Malformed.class).isThrownBy(() -> SshSignature.read(cut));
        }
        int head = armored.indexOf('\n') + 1;
        for (int at = head; at < armored.indexOf("\n-----END"); at++) {
            char old = armored.charAt(at);
            if (old == '\n' || old == '=') {
                continue;
            }
            String changed = armored.substring(0, at) + (old == 'A' ? 'B' : 'A') + armored.substring(at + 1);
            boolean counts;
            try {
                SshSignature read = SshSignature.read(changed);
                counts = read.namespace().equals(SshSignature.PLAN) && read.signs(message());
            } catch (SshBlob.Malformed e) {
                counts = false;
            }
            assertThat(counts).as("byte %d", at).isFalse();
        }
    }

    @Test
    void keys_of_other_types_are_refused_by_name() {
        Path rsa = keys.make("old", "-t", "rsa", "-b", "2048");
        assertThat(refusal(rsa)).contains("key-unusable", "it is a key of type ssh-rsa, and only ssh-ed25519 counts");
        Path curve = keys.make("curve", "-t", "ecdsa");
        assertThat(refusal(curve)).contains("it is a key of type ecdsa-sha2-nistp256, and only ssh-ed25519 counts");
    }

    @Test
    void a_key_with_a_passphrase_that_nobody_gives_is_refused_and_nothing_of_it_is_shown() throws IOException {
        Path key = keys.make("locked");
        keys.run("", "-p", "-q", "-P", "", "-N", "correct horse", "-f", key.toString());
        String secret = Keys.read(key).lines().skip(1).findFirst().orElseThrow();
        assertThat(refusal(key))
                .contains("key-unusable", "ssh-keygen does not sign with this key")
                .doesNotContain(secret);

        Path broken = keys.write(
                "broken", Keys.read(keys.make("anna")).replace("b3BlbnNzaC1rZXktdjE", "b3BlbnNzaC1rZXktdjI"));
        Files.setPosixFilePermissions(broken, PosixFilePermissions.fromString("rw-------"));
        assertThat(refusal(broken)).contains("it does not begin as a key of OpenSSH does");
    }

    @Test
    void a_key_that_others_may_read_is_refused() throws IOException {
        Path key = keys.make("anna");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r-----"));
        assertThat(refusal(key)).contains("others may read the private key", "chmod 600");
    }

    private static String refusal(Path key) {
        Problem problem = catchThrowableOfType(LockkeeperException.class, () -> signed(key))
                .problems()
                .get(0);
        return problem.code().slug() + " " + problem.message() + " " + problem.why() + " " + problem.help();
    }
}
