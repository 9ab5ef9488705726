package dev.lockkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Which database a command goes to. */
@ExtendWith(Desk.Extension.class)
@Tag("RUN-15")
class AddressTest {
    private static Desk staging(Desk desk) {
        String address = "postgresql://" + desk.variables().get("PGUSER") + "@127.0.0.1:" + desk.port() + "/"
                + desk.variables().get("PGDATABASE");
        return desk.project()
                .write(
                        "lockkeeper.yaml",
                        "project: shop\nmigrations: migrations\nconvention: flyway\nenvironments:\n  staging:\n    url: "
                                + address + "\n");
    }

    @Test
    void a_named_environment_wins_over_exported_variables(Desk desk) {
        staging(desk);
        desk.variables().put("PGHOST", "nowhere.invalid");
        desk.variables().put("PGPORT", "1");
        desk.variables().put("PGDATABASE", "other");
        desk.variables().put("LOCKKEEPER_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/other");
        assertThat(desk.run("apply", "--environment", "staging").exitCode()).isZero();
        assertThat(desk.rows("select to_regclass('first')")).containsExactly("first");
        assertThat(desk.run("status", "--environment", "staging").out()).contains("applied");
        desk.variables().remove("LOCKKEEPER_DATABASE_URL");
        assertThat(desk.run("status").err()).contains("nowhere.invalid");
    }

    @Test
    void a_fleet_of_a_named_environment_does_too(Desk desk) throws IOException {
        staging(desk);
        Path file = desk.folder().resolve("lockkeeper.yaml");
        Files.writeString(file, Files.readString(file) + "fleets:\n  all: {databases: select current_database()}\n");
        desk.variables().put("PGHOST", "nowhere.invalid");
        desk.variables().put("PGDATABASE", "other");
        assertThat(desk.run("fleet", "apply", "all", "--environment", "staging").exitCode())
                .isZero();
        assertThat(desk.rows("select to_regclass('first')")).containsExactly("first");
    }

    @Test
    void parameters_of_an_address_are_obeyed_or_refused(Desk desk) {
        desk.project();
        String database = desk.variables().get("PGDATABASE");
        desk.execute("create role of_" + database + " superuser login password 'secret'; create schema app");
        desk.variables().put("PGPORT", "1");
        desk.variables().put("PGUSER", "of_" + database);
        desk.variables().put("PGPASSWORD", "secret");
        String here = "postgresql:///" + database + "?host=127.0.0.1&port=" + desk.port();
        Desk.Outcome refused = desk.run("apply", "--database", here + "&search_path=app");
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.err()).contains("search_path", "options=-csearch_path%3Dapp");
        assertThat(desk.run("apply", "--database", here + "&options=-csearch_path%3Dapp")
                        .exitCode())
                .isZero();
        assertThat(desk.rows("select to_regclass('app.first')")).containsExactly("app.first");
    }

    @Test
    void a_password_file_that_others_can_read_is_ignored_with_a_warning(Desk desk) throws IOException {
        staging(desk);
        Path file = Files.writeString(
                desk.folder().resolve("passwords"),
                "*:*:*:*:" + desk.variables().get("PGPASSWORD") + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        desk.variables().remove("PGPASSWORD");
        desk.variables().put("PGPASSFILE", file.toString());
        assertThat(desk.run("status").exitCode()).isZero();
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        Desk.Outcome refused = desk.run("status");
        assertThat(refused.exitCode()).isEqualTo(5);
        assertThat(refused.err()).contains("warning", "is ignored", "chmod 600", "no password is given");
    }
}
