package dev.lockkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lockkeeper.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * What is installed works where there is nothing else: in the root of the container image, which is Debian's base with a Java.
 * The archives and the package are installed into the same root.
 */
@Tag("USE-06")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class EmptyRootIT {
    /**
     * Runs a command in a root as a user. Java finds its libraries through /proc, which is mounted for the command alone and goes with it: one
     * that stayed would be in the way of whoever removes the folder.
     */
    private static final String IN_IT = "mount --bind /proc \"$1/proc\" && root=$1 user=$2 && shift 2"
            + " && exec chroot --userspec=\"$user\" \"$root\" /usr/bin/env -i \"$@\"";

    private static final Pattern LAYER = Pattern.compile("blobs/sha256/[0-9a-f]{64}");

    private Path folder = Path.of("");

    private Path root = Path.of("");
    private EmbeddedPostgres server;

    @BeforeAll
    void make() throws Exception {
        assumeTrue("root".equals(System.getProperty("user.name")), "to install into an empty root needs root");
        assumeTrue(Files.exists(Path.of("/usr/bin/mmdebstrap")), "mmdebstrap is not installed");
        folder = Files.createTempDirectory("root");
        Path image = folder.resolve("image.tar");
        done(
                "sh",
                Installation.ROOT.resolve("cli/src/distribution/image.sh").toString(),
                Installation.archive("-bin.tar.gz").toString(),
                Installation.archive("-servers.tar.gz").toString(),
                image.toString());
        Path layout = Files.createDirectory(folder.resolve("layout"));
        done("tar", "xf", image.toString(), "-C", layout.toString());
        root = Files.createDirectory(folder.resolve("root"));
        Matcher layer = LAYER.matcher(
                Files.readString(layout.resolve("manifest.json")).replaceFirst("\"Config\":\"[^\"]*\"", ""));
        while (layer.find()) {
            done("tar", "xf", layout.resolve(layer.group()).toString(), "-C", root.toString());
        }
        assumeTrue(
                run("unshare", "-m", "sh", "-c", IN_IT, "sh", root.toString(), "0:0", "true")
                                .exitCode()
                        == 0,
                "nothing may be mounted here, and Java needs /proc");
        server = EmbeddedPostgres.start();
    }

    @AfterAll
    void remove() throws Exception {
        if (server != null) {
            server.close();
        }
        if (!folder.toString().isEmpty()) {
            Path rest = folder;
            folder = Files.createTempDirectory("out");
            done("rm", "-rf", "--one-file-system", rest.toString());
        }
    }

    private Desk.Outcome run(String... command) throws IOException, InterruptedException {
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        Process process = new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        assertThat(process.waitFor(10, TimeUnit.MINUTES))
                .as(String.join(" ", command))
                .isTrue();
        return new Desk.Outcome(process.exitValue(), Files.readString(out), Files.readString(err));
    }

    private String done(String... command) throws IOException, InterruptedException {
        Desk.Outcome outcome = run(command);
        assertThat(outcome.exitCode())
                .as(String.join(" ", command) + "\n" + outcome.out() + outcome.err())
                .isZero();
        return outcome.out();
    }

    private String inside(String user, String... command) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of(
                "unshare",
                "-m",
                "sh",
                "-c",
                IN_IT,
                "sh",
                root.toString(),
                user,
                "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                "LANG=C.UTF-8",
                "LOCKKEEPER_CACHE=/var/cache/lockkeeper/" + user.replace(':', '-'),
                "PGPASSWORD=" + server.password()));
        all.addAll(List.of(command));
        return done(all.toArray(String[]::new));
    }

    private void works(String user, String lockkeeper, String schemas) throws Exception {
        assertThat(inside(user, lockkeeper, "--version")).isEqualTo(Installation.VERSION);
        String database =
                "postgresql://" + server.user() + "@127.0.0.1:" + server.port() + "/" + server.createDatabase();
        String project = schemas + "/player-engagement";
        inside(user, lockkeeper, "apply", "--project", project, "--database", database);
        assertThat(inside(user, lockkeeper, "status", "--check", "--project", project, "--database", database))
                .contains("0 pending");
        assertThat(inside(user, lockkeeper, "smoke", "--project", schemas + "/week-planner"))
                .contains("Proven on PostgreSQL 18");
        assertThat(inside(user, lockkeeper, "demo")).contains("lockkeeper apply --project shop");
    }

    @Test
    @Order(1)
    void the_image_runs_as_its_own_user() throws Exception {
        works("1000:1000", "lockkeeper", "/opt/lockkeeper/schemas");
    }

    @Test
    @Order(2)
    void the_archives_run_from_any_folder() throws Exception {
        done("rm", "-rf", root + "/opt/lockkeeper", root + "/usr/local/bin/lockkeeper");
        for (String kind : List.of("tar", "zip")) {
            String into = Files.createDirectories(root.resolve("srv/" + kind)).toString();
            String file = Installation.archive(kind.equals("zip") ? "-bin.zip" : "-bin.tar.gz")
                    .toString();
            if (kind.equals("zip")) {
                done("unzip", "-q", file, "-d", into);
            } else {
                done("tar", "xzf", file, "-C", into);
            }
            done("tar", "xzf", Installation.archive("-servers.tar.gz").toString(), "-C", into);
            String home = "/srv/" + kind + "/" + done("ls", into).strip();
            works("0:0", home + "/bin/lockkeeper", home + "/schemas");
        }
    }

    @Test
    @Order(3)
    void the_package_is_installed_with_what_it_depends_on_and_removed_again() throws Exception {
        Files.copy(Installation.archive("_all.deb"), root.resolve("tmp/lockkeeper.deb"));
        inside("0:0", "dpkg", "-i", "/tmp/lockkeeper.deb");
        done(
                "tar",
                "xzf",
                Installation.archive("-servers.tar.gz").toString(),
                "--strip-components=1",
                "-C",
                root + "/usr/share/lockkeeper");
        works("0:0", "/usr/bin/lockkeeper", "/usr/share/lockkeeper/schemas");
        assertThat(root.resolve("usr/share/man/man1/lockkeeper-apply.1")).exists();
        inside("0:0", "dpkg", "--purge", "lockkeeper");
        assertThat(root.resolve("usr/bin/lockkeeper")).doesNotExist();
        assertThat(root.resolve("usr/share/man/man1/lockkeeper-apply.1")).doesNotExist();
    }
}
