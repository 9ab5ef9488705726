package dev.lockkeeper.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Who the server runs as. Most of it can only be tried by root, who can be anybody. */
@Tag("USE-01")
@Tag("RUN-12")
class AccountTest {
    private static final Account SELF = Account.current();

    private Path folder = Path.of("");

    @BeforeEach
    void makeFolder() throws IOException {
        folder = Files.createTempDirectory("lockkeeper-account");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @AfterEach
    void deleteFolder() {
        Shell.run(CacheTest.SELF, "rm -rf \"$1\"", "", List.of(folder.toString()));
    }

    @Test
    void a_server_never_runs_as_root_and_an_ordinary_user_is_itself() throws Exception {
        try (var server = EmbeddedPostgres.start()) {
            for (var process : Trace.of(server).processes()) {
                var uid = Files.getAttribute(Path.of("/proc", Long.toString(process.pid())), "unix:uid");
                assertThat(uid).isEqualTo(SELF.uid()).isNotEqualTo(0);
            }
        }
        assertThat(SELF.foreign()).isEqualTo(SELF.owner() == 0);
    }

    @Test
    void an_ordinary_user_with_a_home_starts_a_server() throws Exception {
        startsAs(SELF.uid(), Map.of("HOME", folder.resolve("home").toString()));
        assertThat(folder.resolve("home/.cache/lockkeeper/server-" + SELF.uid()))
                .isDirectory();
    }

    @Test
    void a_user_that_the_machine_does_not_know_starts_a_server() throws Exception {
        startsAs(54321, Map.of("LOCKKEEPER_CACHE", folder.resolve("home").toString()));
        assertThat(folder.resolve("home/server-54321")).isDirectory();
    }

    @Test
    void root_without_the_right_to_become_somebody_else_starts_a_server_in_a_user_namespace() throws Exception {
        assumeTrue(SELF.owner() == 0, "needs root");
        var namespace = Account.userNamespace();
        assumeTrue(
                namespace.isPresent()
                        && Shell.run(namespace.get(), "id -un", "", List.of())
                                .output()
                                .equals("nobody"),
                "needs user namespaces");
        Trace trace;
        try (var server = EmbeddedPostgres.start(Options.defaults().withCache(folder), namespace.get())) {
            trace = Trace.of(server);
            assertThat(Query.one(server, server.createDatabase(), "SELECT 1")).isEqualTo("1");
            trace.isThere();
        }
        trace.isGone();
    }

    /** Runs a child process as another user, from a copy of the class path, which may lie in a closed home. */
    private void startsAs(int uid, Map<String, String> environment) throws Exception {
        assumeTrue(SELF.owner() == 0 && Shell.program("setpriv").isPresent(), "only root can become another user");
        var home = Files.createDirectory(folder.resolve("home"));
        Files.setAttribute(home, "unix:uid", uid);
        var binaries = Files.createDirectory(folder.resolve("binaries"));
        try (var jars = Files.newDirectoryStream(Path.of(System.getProperty("lockkeeper.binaries")), "*-18.*.jar")) {
            for (var jar : jars) {
                Files.copy(jar, binaries.resolve(jar.getFileName()));
            }
        }
        var prefix = List.of("setpriv", "--reuid=" + uid, "--regid=" + uid, "--clear-groups");
        // what the person who runs the tests has set for herself is not meant for the other account
        var own = new HashMap<>(Map.of("LOCKKEEPER_CACHE", "", "XDG_CACHE_HOME", ""));
        own.putAll(environment);
        var child =
                Child.start(Child.readableClassPath(folder), Child.Ending.CLOSE, Storage.AUTO, binaries, own, prefix);
        var trace = Child.trace(child);
        trace.isThere();
        assertThat(Files.getAttribute(trace.data(), "unix:uid")).isEqualTo(uid);
        child.getOutputStream().close();
        assertThat(child.waitFor(60, TimeUnit.SECONDS)).isTrue();
        trace.vanishes();
    }
}
