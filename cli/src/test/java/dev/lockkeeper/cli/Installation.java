package dev.lockkeeper.cli;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A copy of the launcher in a folder of its own, with what it needs to start the packaged program. */
final class Installation {
    static final String VERSION = "lockkeeper " + System.getProperty("lockkeeper.version") + "\n";
    static final Path ROOT = Path.of(System.getProperty("lockkeeper.root"));
    /** A cache that nobody can make, so that no archive appears while a test cleans up. */
    static final String NO_CACHE = "/dev/null/cache";

    /** A Java that shows what it was given, one argument a line, and names the options of the JVM as such. */
    private static final String JAVA = """
            #!/bin/sh
            while [ "$1" != dev.lockkeeper.cli.Main ]; do
                printf 'jvm %s\\n' "$1"
                shift
            done
            shift
            [ $# -eq 0 ] || printf '[%s]\\n' "$@"
            exit "${WANTED:-0}"
            """;

    private final Path work;
    private final Path home;
    private final Map<String, String> variables = new HashMap<>();

    /** What the build has made, by the end of its name. */
    static Path archive(String end) throws IOException {
        try (Stream<Path> files = Files.list(ROOT.resolve("cli/target"))) {
            return files.filter(file -> file.toString().endsWith(end))
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** @param work an empty folder, in which the launcher lies in the folder of that name */
    Installation(Path work, String name) throws IOException {
        this.work = work.toRealPath();
        home = this.work.resolve(name);
        Files.createDirectories(home);
        Files.copy(ROOT.resolve("lockkeeper"), home.resolve("lockkeeper"));
        variables.put("PATH", "/usr/bin:/bin");
        variables.put("HOME", this.work.toString());
        variables.put("LOCKKEEPER_CACHE", NO_CACHE);
        variables.put("LOCKKEEPER_JAVA_HOME", System.getProperty("java.home"));
    }

    /** The packaged program; without it the launcher has to build. */
    Installation withJar() throws IOException {
        Path target = Files.createDirectories(home.resolve("cli/target"));
        Files.copy(ROOT.resolve("cli/target/lockkeeper.jar"), target.resolve("lockkeeper.jar"));
        Files.createSymbolicLink(target.resolve("lib"), ROOT.resolve("cli/target/lib"));
        return this;
    }

    Installation with(String variable, String value) {
        variables.put(variable, value);
        return this;
    }

    Installation without(String variable) {
        variables.remove(variable);
        return this;
    }

    /** Takes a stand-in for the JDK that shows what it was given. */
    Installation withFakeJava() throws IOException {
        return with("LOCKKEEPER_JAVA_HOME", fakeJava("jdk", "17.0.1").toString());
    }

    Path fakeJava(String name, String version) throws IOException {
        Path java = work.resolve(name);
        Files.createDirectories(java.resolve("bin"));
        Files.writeString(java.resolve("release"), "IMPLEMENTOR=\"me\"\nJAVA_VERSION=\"" + version + "\"\n");
        script(java.resolve("bin/java"), JAVA);
        script(java.resolve("bin/javac"), "#!/bin/sh\n");
        return java;
    }

    static void script(Path file, String content) throws IOException {
        Files.writeString(file, content);
        file.toFile().setExecutable(true);
    }

    Path work() {
        return work;
    }

    Path home() {
        return home;
    }

    Path launcher() {
        return home.resolve("lockkeeper");
    }

    Desk.Outcome run(String... arguments) throws IOException, InterruptedException {
        return start(arguments).end();
    }

    Run start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(launcher().toString()));
        command.addAll(List.of(arguments));
        return start(command);
    }

    /** Starts any command in the work folder. */
    Run start(List<String> command) throws IOException {
        List<String> line = new ArrayList<>(command);
        if (System.getProperty("os.name").equals("Linux")) {
            // a build in the background ignores SIGINT, one under nohup SIGHUP, and so do its descendants unless told
            // otherwise
            line.addAll(0, List.of("env", "--default-signal=INT,HUP"));
        }
        Path out = Files.createTempFile(work, "out", null);
        Path err = Files.createTempFile(work, "err", null);
        ProcessBuilder builder = new ProcessBuilder(line)
                .directory(work.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().clear();
        builder.environment().putAll(variables);
        return new Run(builder.start(), out, err);
    }

    /** A process with its output in files. */
    record Run(Process process, Path out, Path err) {
        Desk.Outcome end() throws IOException, InterruptedException {
            if (!process.waitFor(10, TimeUnit.MINUTES)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
                throw new AssertionError("still at work after ten minutes: " + Files.readString(err));
            }
            int exitCode = process.exitValue();
            return new Desk.Outcome(exitCode, Files.readString(out), Files.readString(err));
        }

        void signal(String name) throws IOException, InterruptedException {
            new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                    .start()
                    .waitFor();
        }
    }

    /** The archives of a cache, once nobody works on one any more and there are that many, all of them whole. */
    static List<Path> archives(Path cache, int count) {
        return await().atMost(Duration.ofMinutes(3)).until(() -> entries(cache.resolve("archives")), files -> {
            return files.size() == count && files.stream().allMatch(Installation::isWhole);
        });
    }

    private static boolean isWhole(Path archive) {
        // a folder of a maker is none, and neither is what went away meanwhile
        return archive.toString().endsWith("-" + archive.toFile().length() + ".jsa");
    }

    private static List<Path> entries(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    /** The installed JDKs from 17 on, one of each version, among them the one that runs the tests. */
    static List<Path> javas() throws IOException {
        Map<Integer, Path> found = new TreeMap<>();
        for (Path home : entries(Path.of("/usr/lib/jvm"))) {
            Path release = home.resolve("release");
            if (Files.isExecutable(home.resolve("bin/javac")) && Files.isReadable(release)) {
                for (String line : Files.readAllLines(release)) {
                    if (line.startsWith("JAVA_VERSION=")) {
                        found.put(Integer.parseInt(line.replaceAll("^[^0-9]*([0-9]+).*", "$1")), home);
                    }
                }
            }
        }
        found.keySet().removeIf(version -> version < 17);
        found.put(Runtime.version().feature(), Path.of(System.getProperty("java.home")));
        return List.copyOf(found.values());
    }
}
