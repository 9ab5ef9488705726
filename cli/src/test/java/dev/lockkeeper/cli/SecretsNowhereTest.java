package dev.lockkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Secrets are planted wherever one can stand, the commands are run as processes of their own, and everything that they print, write,
 * record, call themselves or call others is searched.
 */
@ExtendWith(Desk.Extension.class)
@Tag("GOV-07")
class SecretsNowhereTest {
    private static final String LOGIN = "qz0login";
    private static final String URL = "qz1url";
    private static final String TOKEN = "qz2token";
    private static final String PASSPHRASE = "qz3passphrase";
    private static final String HOOK = "qz4hook";
    /** These stand in scripts, and so in the column that keeps them. */
    private static final List<String> IN_SCRIPTS =
            List.of("qz5role", "qz6mapping", "qz7subscription", "qz8detail", "qz9failing", "qz10down", "qz11dollar");

    private static final List<String> SECRETS = Stream.concat(
                    Stream.of(LOGIN, URL, TOKEN, PASSPHRASE, HOOK), IN_SCRIPTS.stream())
            .toList();

    private final Set<String> leaks = new TreeSet<>();
    private final Set<Path> planted = new HashSet<>();
    private final Map<String, String> variables = new HashMap<>();
    private int runs;
    private String printed = "";

    private Path plant(Desk desk, String name, String text) {
        desk.write(name, text);
        planted.add(desk.folder().resolve(name));
        return desk.folder().resolve(name);
    }

    private void look(String where, String text) {
        for (String secret : SECRETS) {
            if (text.contains(secret)) {
                int at = text.indexOf(secret);
                leaks.add(where + " shows " + secret + ": "
                        + text.substring(Math.max(0, at - 80), Math.min(text.length(), at + 40))
                                .replace("\n", "\\n"));
            }
        }
    }

    private void processes(String command) {
        try (Stream<Path> all = Files.list(Path.of("/proc"))) {
            for (Path process :
                    all.filter(p -> p.getFileName().toString().matches("\\d+")).toList()) {
                try {
                    look(
                            "a process title during " + command,
                            new String(Files.readAllBytes(process.resolve("cmdline")), StandardCharsets.ISO_8859_1));
                } catch (IOException e) {
                    // it has ended
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Runs a command, looks around meanwhile, and gives its exit code. */
    private int run(Desk desk, String... arguments) throws Exception {
        String command = String.join(" ", arguments);
        Path out = desk.folder().resolve("printed-" + ++runs);
        List<String> all = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Djava.io.tmpdir=" + Files.createDirectories(desk.folder().resolve("tmp")),
                "-Dlockkeeper.binaries=" + System.getProperty("lockkeeper.binaries", ""),
                "-cp",
                System.getProperty("java.class.path"),
                "dev.lockkeeper.cli.Main"));
        all.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(all)
                .directory(desk.folder().toFile())
                .redirectErrorStream(true)
                .redirectOutput(out.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
        builder.environment().putAll(variables);
        Process process = builder.start();
        process.getOutputStream().close();
        do {
            processes(command);
            look(
                    "application_name during " + command,
                    String.join("\n", desk.rows("select application_name from pg_stat_activity")));
        } while (!process.waitFor(50, TimeUnit.MILLISECONDS));
        String said = Files.readString(out);
        printed = command + ": " + said;
        look(command, said);
        return process.exitValue();
    }

    private void yaml(Desk desk, String environments) {
        plant(
                desk,
                "lockkeeper.yaml",
                "project: shop\nmigrations: migrations\nconvention: flyway\napproval:\n  signers: allowed_signers\n"
                        + "hooks:\n  before-apply:\n    - run: test \"$HOOK_SECRET\" = qz4\"\"hook\n"
                        + "tokens:\n  word: " + TOKEN + "\nenvironments:\n  local:\n" + environments);
    }

    private void project(Desk desk) throws Exception {
        String login = "secretive_" + desk.database();
        desk.execute("create role " + login + " superuser login password '" + LOGIN + "'; create publication p");
        desk.project();
        // a throw-away server does not run as root
        Files.setPosixFilePermissions(desk.folder(), PosixFilePermissions.fromString("rwxr-xr-x"));
        Path pass = plant(desk, "pgpass", "*:*:*:*:" + LOGIN + "\n");
        Files.setPosixFilePermissions(pass, PosixFilePermissions.fromString("rw-------"));
        variables.putAll(Map.of(
                "PGHOST", "127.0.0.1",
                "PGPORT", desk.port(),
                "PGUSER", login,
                "PGDATABASE", desk.database(),
                "PGPASSFILE", pass.toString(),
                "HOOK_SECRET", HOOK,
                "LOCKKEEPER_CACHE", desk.folder().resolve("cache").toString(),
                "HOME", desk.folder().resolve("home").toString()));
        variables.put("XDG_CACHE_HOME", desk.folder().resolve("cache").toString());
        yaml(
                desk,
                "  staging:\n    url: postgresql://" + login + "@127.0.0.1:" + desk.port() + "/" + desk.database()
                        + "\n    approvals: 1\n");
        plant(
                desk,
                "migrations/V2__roles.sql",
                "create role app_" + desk.database() + " login password 'qz5role';\n"
                        + "alter role app_" + desk.database() + " password $x$qz11dollar$x$;\n"
                        + "create foreign data wrapper none;\ncreate server far foreign data wrapper none;\n"
                        + "create user mapping for current_user server far options (user 'u', password 'qz6mapping');\n"
                        + "create subscription s connection 'host=127.0.0.1 user=u password=qz7subscription dbname=x'"
                        + " publication p with (connect = false, slot_name = none);\n"
                        + "alter role app_" + desk.database() + " password '${word}';\n");
        plant(
                desk,
                "migrations/U2__roles.sql",
                "drop subscription s;\nalter role app_" + desk.database()
                        + " password 'qz10down';\ndrop user mapping for"
                        + " current_user server far;\ndrop server far;\ndrop foreign data wrapper none;\ndrop role app_"
                        + desk.database() + ";\n");
    }

    private void key(Desk desk) throws Exception {
        Path ask = plant(desk, "ask", "#!/bin/sh\nprintf '%s\\n' " + PASSPHRASE + "\n");
        Files.setPosixFilePermissions(ask, PosixFilePermissions.fromString("rwx------"));
        Path key = desk.folder().resolve("anna");
        Process made = new ProcessBuilder("ssh-keygen", "-q", "-t", "ed25519", "-N", PASSPHRASE, "-f", key.toString())
                .redirectErrorStream(true)
                .start();
        made.getInputStream().readAllBytes();
        Assumptions.assumeTrue(made.waitFor() == 0, "ssh-keygen is missing: install openssh-client");
        plant(desk, "allowed_signers", "anna@example.com " + Files.readString(Path.of(key + ".pub")));
        variables.putAll(Map.of("SSH_ASKPASS", ask.toString(), "SSH_ASKPASS_REQUIRE", "force", "DISPLAY", "none"));
    }

    @Test
    void no_secret_is_printed_written_recorded_or_named(Desk desk) throws Exception {
        try {
            everything(desk);
        } finally {
            clear(desk);
        }
        assertThat(leaks).isEmpty();
    }

    /** What a database shares with its server outlives it. */
    private void clear(Desk desk) {
        String app = "app_" + desk.database();
        String login = "secretive_" + desk.database();
        desk.execute(
                "do $$ begin if exists (select from pg_subscription where subname = 's') then alter subscription s disable;"
                        + " alter subscription s set (slot_name = none); drop subscription s; end if; end $$");
        desk.execute("reassign owned by " + login + " to current_user; drop owned by " + login + "; drop role " + login
                + "; drop role if exists " + app);
    }

    private void everything(Desk desk) throws Exception {
        project(desk);
        key(desk);
        assertThat(run(desk, "status")).as("%s", printed).isZero();
        assertThat(run(desk, "lint", "--output", "json")).as("%s", printed).isIn(0, 3);
        assertThat(run(desk, "lint")).as("%s", printed).isIn(0, 3);
        String staging = "staging";
        assertThat(run(desk, "plan", "--environment", staging, "--out", "plan.json", "--as", "me@example.com"))
                .as("%s", printed)
                .isZero();
        assertThat(run(desk, "approve", "plan.json", "--key", "anna", "--record"))
                .as("%s", printed)
                .isZero();
        assertThat(run(desk, "apply", "--plan", "plan.json")).as("%s", printed).isZero();
        yaml(desk, "");
        assertThat(run(desk, "rollback", "--steps", "1", "--yes", "--output", "json"))
                .as("%s", printed)
                .isZero();
        passwords(desk);
        failures(desk);
        assertThat(run(desk, "repair", "3", "--as", "retry", "--reason", "x"))
                .as("%s", printed)
                .isZero();
        plant(desk, "migrations/V3__more.sql", "select 1;\n");
        assertThat(run(desk, "apply", "--output", "json")).as("%s", printed).isZero();
        assertThat(run(desk, "audit", "log", "--output", "json"))
                .as("%s", printed)
                .isZero();
        assertThat(run(desk, "audit", "verify")).as("%s", printed).isZero();
        assertThat(run(desk, "audit", "export", "--out", "chain.jsonl"))
                .as("%s", printed)
                .isZero();
        assertThat(run(desk, "audit", "head", "--out", "head.json", "--key", "anna"))
                .as("%s", printed)
                .isZero();
        rehearsed(desk);
        tables(desk);
        files(desk);
    }

    /** Every way in which a password may come. */
    private void passwords(Desk desk) throws Exception {
        String address = "127.0.0.1:" + desk.port() + "/" + desk.database();
        String user = String.valueOf(variables.get("PGUSER"));
        Path services = plant(
                desk,
                "services",
                "[shop]\nhost=127.0.0.1\nport=" + desk.port() + "\nuser=" + user + "\npassword=" + LOGIN + "\ndbname="
                        + desk.database() + "\n");
        String pass = variables.remove("PGPASSFILE");
        variables.put("PGSERVICEFILE", services.toString());
        assertThat(run(desk, "apply", "--to", "1", "--database", "service=shop"))
                .as("%s", printed)
                .isZero();
        variables.put("LOCKKEEPER_DATABASE_URL", "postgresql://" + user + ":" + LOGIN + "@" + address);
        assertThat(run(desk, "status", "--output", "json")).as("%s", printed).isZero();
        variables.put("LOCKKEEPER_DATABASE_URL", "postgresql://" + user + ":" + URL + "@" + address);
        assertThat(run(desk, "status")).as("%s", printed).isEqualTo(5);
        variables.put(
                "LOCKKEEPER_DATABASE_URL", "postgresql://" + user + ":" + URL + "@" + address + ":x?bad=1&pass%ZZ");
        assertThat(run(desk, "status", "--output", "json")).as("%s", printed).isEqualTo(2);
        variables.remove("LOCKKEEPER_DATABASE_URL");
        variables.put("PGPASSWORD", LOGIN);
        assertThat(run(desk, "apply", "--notices")).as("%s", printed).isZero();
        variables.remove("PGPASSWORD");
        variables.put("PGPASSFILE", String.valueOf(pass));
    }

    /** Statements that the server refuses, with secrets in what it says. */
    private void failures(Desk desk) throws Exception {
        for (String bad : List.of(
                "create role x login password 'qz9failing' valid until 'never ever';\n",
                "create table d (v text unique check (v <> 'password=qz8detail'));\ninsert into d values ('password=qz8detail');\n",
                "do $$ begin raise exception 'no postgresql://u:qz8detail@h/d' using detail = 'password ''qz8detail''', hint ="
                        + " 'password=qz8detail'; end $$;\n",
                "create user mapping for nobody server far options (user 'u', password 'qz9failing');\n")) {
            plant(desk, "migrations/V3__more.sql", bad);
            plant(desk, "migrations/U3__more.sql", "select 1;\n");
            assertThat(run(desk, "apply")).as("%s", printed).isNotZero();
            assertThat(run(desk, "apply", "--output", "json")).as("%s", printed).isNotZero();
            assertThat(run(desk, "status")).as("%s", printed).isZero();
            assertThat(run(desk, "plan", "--output", "json")).as("%s", printed).isNotEqualTo(2);
        }
    }

    /** What runs on throw-away servers, or compares. */
    private void rehearsed(Desk desk) throws Exception {
        assertThat(run(desk, "rollback", "--steps", "2", "--yes"))
                .as("%s", printed)
                .isZero();
        for (String[] command : List.of(
                new String[] {"rehearse", "--migrations", "migrations"},
                new String[] {"rehearse", "--migrations", "migrations", "--output", "json"},
                new String[] {"smoke"},
                new String[] {"smoke", "--output", "json"},
                new String[] {"check", "--output", "json"},
                new String[] {"apply"})) {
            run(desk, command);
        }
        desk.execute("alter user mapping for " + variables.get("PGUSER")
                + " server far options (set password 'qz6mapping2')");
        for (String[] command : List.of(
                new String[] {"drift"}, new String[] {"drift", "--sql"}, new String[] {"drift", "--output", "json"})) {
            run(desk, command);
        }
    }

    private void tables(Desk desk) {
        for (String table : desk.rows(
                "select relname from pg_class where relnamespace = 'lockkeeper'::regnamespace and relkind = 'r'")) {
            for (String row : desk.rows("select (to_jsonb(t) - 'script')::text from lockkeeper." + table + " t")) {
                look("table " + table, row);
            }
        }
        for (String script : desk.rows("select script from lockkeeper.history")) {
            assertThat(script).doesNotContain(TOKEN, LOGIN, URL, PASSPHRASE, HOOK);
        }
        assertThat(desk.rows("select script from lockkeeper.history"))
                .as("what docs/record.md says")
                .anyMatch(s -> s.contains("qz5role"));
    }

    private void files(Desk desk) throws IOException {
        try (Stream<Path> all = Files.walk(desk.folder())) {
            for (Path file : all.filter(Files::isRegularFile)
                    .filter(f -> !planted.contains(f))
                    .toList()) {
                look("file " + desk.folder().relativize(file), Files.readString(file, StandardCharsets.ISO_8859_1));
            }
        }
    }
}
