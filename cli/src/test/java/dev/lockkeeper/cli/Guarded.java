package dev.lockkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;

/** A project whose production takes approved plans only, with the keys of those who approve. */
final class Guarded {
    private Guarded() {}

    static final String MAKER = "maker@example.com";

    /** A project whose production demands two approvals, with the keys of Anna, Ben and the maker. */
    static Desk guarded(Desk desk, String... more) {
        Assumptions.assumeTrue(keygen(desk, "-?") >= 0, "ssh-keygen is missing: install openssh-client");
        for (String name : List.of("anna", "ben", "maker", "mallory")) {
            assertThat(keygen(desk, "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", key(desk, name)))
                    .isZero();
        }
        allow(desk, "anna", "ben", "maker");
        return yaml(desk.project(), "    approvals: 2", more).second("create table second (id int primary key);\n");
    }

    static Desk yaml(Desk desk, String demands, String... more) {
        return desk.write(
                "lockkeeper.yaml",
                "project: shop\nmigrations: migrations\nconvention: flyway\napproval:\n  signers: allowed_signers\n"
                        + "  revoked: revoked_keys\ntokens:\n  flavor: sweet\nenvironments:\n  local:\n"
                        + "  production:\n    url: " + url(desk) + "\n" + demands + "\n"
                        + String.join("\n", more) + "\n");
    }

    static String url(Desk desk) {
        return "postgresql://" + desk.variables().get("PGUSER") + "@127.0.0.1:" + desk.port() + "/" + desk.database();
    }

    static void allow(Desk desk, String... names) {
        StringBuilder lines = new StringBuilder();
        for (String name : names) {
            lines.append(name)
                    .append("@example.com namespaces=\"lockkeeper-plan\" ")
                    .append(publicKey(desk, name));
        }
        desk.write("allowed_signers", lines.toString()).write("revoked_keys", "# none\n");
    }

    static String key(Desk desk, String name) {
        return desk.folder().resolve(name).toString();
    }

    static String publicKey(Desk desk, String name) {
        try {
            return Files.readString(Path.of(key(desk, name) + ".pub"));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    static int keygen(Desk desk, String... arguments) {
        return program(desk, "ssh-keygen", arguments);
    }

    static int program(Desk desk, String program, String... arguments) {
        List<String> command = new ArrayList<>(List.of(program));
        command.addAll(List.of(arguments));
        try {
            Process process = new ProcessBuilder(command)
                    .directory(desk.folder().toFile())
                    .redirectErrorStream(true)
                    .start();
            process.getOutputStream().close();
            process.getInputStream().readAllBytes();
            return process.waitFor();
        } catch (IOException e) {
            return -1;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    static String plan(Desk desk) {
        return desk.folder().resolve("plan.json").toString();
    }

    static void make(Desk desk, String... more) {
        List<String> all =
                new ArrayList<>(List.of("plan", "--environment", "production", "--out", plan(desk), "--as", MAKER));
        all.addAll(List.of(more));
        Desk.Outcome made = desk.run(all.toArray(String[]::new));
        assertThat(made.err()).isEmpty();
        assertThat(made.exitCode()).isZero();
        assertThat(made.out()).contains("written to ", "sha256:", "by " + MAKER);
    }

    static Desk.Outcome approve(Desk desk, String name, String... more) {
        List<String> all = new ArrayList<>(List.of("approve", plan(desk), "--key", key(desk, name)));
        all.addAll(List.of(more));
        return desk.run(all.toArray(String[]::new));
    }

    static void approved(Desk desk) {
        make(desk);
        assertThat(approve(desk, "anna").exitCode()).isZero();
        assertThat(approve(desk, "ben").exitCode()).isZero();
    }

    static Desk.Outcome apply(Desk desk, String... more) {
        List<String> all = new ArrayList<>(List.of("apply", "--plan", plan(desk)));
        all.addAll(List.of(more));
        return desk.run(all.toArray(String[]::new));
    }

    static String digest(Desk desk) throws IOException {
        var found = Pattern.compile("\"digest\" : \"(sha256:[0-9a-f]{64})\"")
                .matcher(Files.readString(Path.of(plan(desk))));
        assertThat(found.find()).isTrue();
        return found.group(1);
    }
}
