package dev.lockkeeper.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("USE-01")
class CacheTest {
    private static final Account ACCOUNT = Account.current();
    /** The user of this process, root or not. */
    static final Account SELF = new Account(ACCOUNT.owner(), ACCOUNT.owner(), 0, List.of());

    private Path folder = Path.of("");

    /** Not JUnit's temporary directory: that lets nobody but this user in. */
    @BeforeEach
    void makeFolder() throws IOException {
        folder = Files.createTempDirectory("lockkeeper test's cache ");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @AfterEach
    void deleteFolder() {
        Shell.run(SELF, "rm -rf \"$1\"", "", List.of(folder.toString()));
    }

    @Test
    void a_damaged_cache_heals_itself() throws Exception {
        var options = Options.defaults().withCache(folder);
        EmbeddedPostgres.start(options).close();
        var installation = only("postgresql-18*x*[0-9a-z]");
        var template = onlyIn(folder.resolve("server-" + ACCOUNT.uid()), "template-18*");

        Files.delete(installation.resolve("share/postgresql/extension/plpgsql.control"));
        answers(options);

        Files.write(installation.resolve("bin/postgres"), new byte[0]);
        answers(options);

        Files.delete(template.resolve("base/5/1259"));
        answers(options);

        Files.write(template.resolve("global/pg_control"), new byte[0]);
        answers(options);

        Files.write(installation.resolve("share/postgresql/postgres.bki"), new byte[0]);
        Shell.run(ACCOUNT, "rm -rf \"$1\"", "", List.of(template.toString()));
        answers(options);

        Files.writeString(folder.resolve("password"), "");
        answers(options);
    }

    @Test
    void what_a_killed_process_left_half_done_is_removed() throws Exception {
        var half = Files.createDirectories(folder.resolve(".unpack-123/bin"));
        Files.writeString(half.resolve("postgres"), "half");
        Files.createDirectories(
                folder.resolve("postgresql-18.6-" + Platform.current().artifact() + "/bin"));
        answers(Options.defaults().withCache(folder));
        assertThat(half.getParent()).doesNotExist();
        assertThat(folder)
                .isDirectoryNotContaining(path -> path.getFileName().toString().startsWith(".unpack"));
    }

    @Test
    void several_processes_may_meet_an_empty_cache_at_once() throws Exception {
        var children = new ArrayList<Process>();
        for (int i = 0; i < 3; i++) {
            children.add(Child.start(Child.Ending.CLOSE, Storage.AUTO, Map.of("LOCKKEEPER_CACHE", folder.toString())));
        }
        for (var child : children) {
            var trace = Child.trace(child);
            trace.isThere();
            child.getOutputStream().close();
            assertThat(child.waitFor(60, TimeUnit.SECONDS)).isTrue();
            trace.vanishes();
        }
        try (var left = Files.list(folder.resolve("server-" + ACCOUNT.uid()))) {
            assertThat(left).hasSize(1);
        }
    }

    @Test
    void the_password_is_for_this_user_alone_and_in_no_process_list() throws Exception {
        try (var server = EmbeddedPostgres.start(Options.defaults().withCache(folder))) {
            var password = folder.resolve("password");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(password)))
                    .isEqualTo("rw-------");
            assertThat(Files.readString(password)).isEqualTo(server.password()).hasSizeGreaterThan(20);
            for (var process : Trace.of(server).processes()) {
                var place = Path.of("/proc", Long.toString(process.pid()));
                assumeTrue(Files.exists(place), "needs /proc");
                assertThat(Files.readString(place.resolve("cmdline"))).doesNotContain(server.password());
                assertThat(Files.readString(place.resolve("environ"))).doesNotContain(server.password());
            }
        }
    }

    @Test
    void the_server_inherits_no_environment_that_may_hold_secrets() throws Exception {
        assumeTrue(Files.exists(Path.of("/proc/self/environ")), "needs /proc");
        try (var server = EmbeddedPostgres.start()) {
            for (var process : Trace.of(server).processes()) {
                var environment = Files.readString(Path.of("/proc", Long.toString(process.pid()), "environ"));
                assertThat(environment).doesNotContain("HOME=").doesNotContain("USER=");
            }
        }
    }

    @Test
    void a_cache_that_cannot_be_written_is_told() throws IOException {
        var file = Files.createFile(folder.resolve("file"));
        assertThatThrownBy(() -> EmbeddedPostgres.start(Options.defaults().withCache(file)))
                .isInstanceOf(EmbeddedPostgresException.class)
                .hasMessage("cannot use the cache directory " + file + "\n"
                        + "it is not a directory\n"
                        + "name another one in LOCKKEEPER_CACHE, or leave it unset");
        assertThatThrownBy(() -> Cache.open(null, ACCOUNT, Map.of("LOCKKEEPER_CACHE", "/proc/nowhere")))
                .hasMessageStartingWith("cannot use the cache directory /proc/nowhere\nit cannot be made");
    }

    @Test
    void a_path_that_initdb_would_take_for_shell_code_is_refused() {
        var directory = folder.resolve("a`touch evil`");
        assertThatThrownBy(() -> EmbeddedPostgres.start(Options.defaults().withCache(directory)))
                .hasMessageContaining("its path holds one of the characters \" $ ` \\ or a line break");
        assertThat(directory).doesNotExist();
    }

    @Test
    void a_disk_that_is_full_before_anything_is_unpacked_is_told() throws Exception {
        onSmallDisk(30, () -> {
            assertThatThrownBy(() -> EmbeddedPostgres.start(Options.defaults().withCache(folder)))
                    .hasMessageStartingWith("cannot unpack PostgreSQL 18.6")
                    .hasMessageContaining("No space left on device")
                    .hasMessageContaining("see that the disk has 100 MB of room");
            assertThat(folder).isDirectoryNotContaining(CacheTest::isUnfinished);
        });
    }

    @Test
    void a_disk_that_has_no_room_for_another_server_is_told() throws Exception {
        onSmallDisk(130, () -> {
            var options = Options.defaults().withCache(folder).withStorage(Storage.DISK);
            try (var first = EmbeddedPostgres.start(options)) {
                Files.write(folder.resolve("ballast"), new byte[30 << 20]);
                assertThatThrownBy(() -> EmbeddedPostgres.start(options))
                        .hasMessageStartingWith("PostgreSQL 18.6 did not start in " + folder)
                        .hasMessageContaining("No space left on device")
                        .hasMessageContaining("make room there, or choose the other storage");
                Files.delete(folder.resolve("ballast"));
                assertThat(Query.one(first, "postgres", "SELECT 1")).isEqualTo("1");
            }
            try (var left = Files.list(folder.resolve("server-" + ACCOUNT.uid()))) {
                assertThat(left).hasSize(1);
            }
        });
    }

    private interface Work {
        void run() throws Exception;
    }

    private void onSmallDisk(int megabytes, Work work) throws Exception {
        assumeTrue(ACCOUNT.owner() == 0, "only root can mount a small disk");
        var mount = "mount -t tmpfs -o mode=755,size=\"$1\"m lockkeeper-test \"$2\"";
        var mounted = Shell.run(SELF, mount, "", List.of(Integer.toString(megabytes), folder.toString()));
        assumeTrue(mounted.succeeded(), "cannot mount: " + mounted.output());
        try {
            work.run();
        } finally {
            Shell.run(SELF, "umount \"$1\"", "", List.of(folder.toString()));
        }
    }

    private static boolean isUnfinished(Path path) {
        return path.getFileName().toString().startsWith(".unpack");
    }

    @Test
    void the_cache_is_where_the_user_keeps_caches_if_the_server_can_get_there() throws IOException {
        var home = Files.createDirectory(folder.resolve("home")).toString();
        var xdg = Files.createDirectory(folder.resolve("xdg")).toString();
        assertThat(Cache.open(null, SELF, Map.of("HOME", home)).directory())
                .isEqualTo(Path.of(home, ".cache/lockkeeper"));
        assertThat(Cache.open(null, SELF, Map.of("HOME", home, "XDG_CACHE_HOME", xdg))
                        .directory())
                .isEqualTo(Path.of(xdg, "lockkeeper"));
        assertThat(Cache.open(null, SELF, Map.of("HOME", home, "XDG_CACHE_HOME", "relative"))
                        .directory())
                .isEqualTo(Path.of(home, ".cache/lockkeeper"));
        var stranger = new Account(ACCOUNT.owner(), 4242, 4242, List.of());
        Files.setPosixFilePermissions(Path.of(home), PosixFilePermissions.fromString("rwx------"));
        assertThat(Cache.open(null, stranger, Map.of("HOME", home)).directory().toString())
                .doesNotStartWith(home);
    }

    @Test
    void a_place_that_others_may_write_to_is_not_trusted() throws IOException {
        var open = Files.createDirectories(folder.resolve("home/.cache/lockkeeper"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
        var environment = Map.of("HOME", folder.resolve("home").toString());
        assertThat(Cache.open(null, SELF, environment).directory()).isNotEqualTo(open);
    }

    private static void answers(Options options) throws Exception {
        try (var server = EmbeddedPostgres.start(options)) {
            assertThat(Query.one(server, server.createDatabase(), "SELECT count(*) FROM pg_class"))
                    .isNotEqualTo("0");
        }
    }

    private Path only(String glob) throws IOException {
        return onlyIn(folder, glob);
    }

    private static Path onlyIn(Path folder, String glob) throws IOException {
        try (var found = Files.newDirectoryStream(
                folder,
                path -> Files.isDirectory(path)
                        && folder.getFileSystem().getPathMatcher("glob:" + glob).matches(path.getFileName()))) {
            return found.iterator().next();
        }
    }
}
