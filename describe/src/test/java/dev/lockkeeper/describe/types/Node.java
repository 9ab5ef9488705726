package dev.lockkeeper.describe.types;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs node with the packages of {@code src/test/node}, which {@code npm ci --ignore-scripts} has to bring there first. */
final class Node {
    static final Path FOLDER = Path.of(System.getProperty("lockkeeper.root", ".."), "describe", "src", "test", "node")
            .toAbsolutePath()
            .normalize();

    private Node() {}

    /** Writes the files of one language into a folder in which its imports are found, and compiles them strictly. */
    static Path compiled(List<GeneratedFile> files, Language language, Path folder) throws IOException {
        return compiled(files, language, folder, "zod");
    }

    /** @param zod the package that is found as Zod */
    static Path compiled(List<GeneratedFile> files, Language language, Path folder, String zod) throws IOException {
        requirePackages();
        write(files, language, folder);
        Path modules = Files.createDirectories(folder.resolve("node_modules"));
        Path link = modules.resolve("zod");
        if (!Files.exists(link)) {
            Files.createSymbolicLink(link, FOLDER.resolve("node_modules").resolve(zod));
        }
        Path project = folder.resolve(language.key());
        run(project, List.of(FOLDER.resolve("node_modules/.bin/tsc").toString(), "-p", "."));
        return project;
    }

    static void write(List<GeneratedFile> files, Language language, Path folder) throws IOException {
        for (GeneratedFile file : files) {
            if (file.path().startsWith(language.key() + "/")) {
                Path path = folder.resolve(file.path());
                Files.createDirectories(path.getParent());
                Files.writeString(path, file.text());
            }
        }
    }

    /** Skips the test where they are not. */
    static void requirePackages() {
        assumeTrue(
                Files.exists(FOLDER.resolve("node_modules/zod")),
                "the packages of this test are missing: cd describe/src/test/node && npm ci --ignore-scripts");
    }

    /** Runs a script of that folder and gives what it prints. */
    static String script(String name, String... arguments) throws IOException {
        requirePackages();
        List<String> command =
                new ArrayList<>(List.of("node", FOLDER.resolve(name).toString()));
        command.addAll(List.of(arguments));
        return run(FOLDER, command);
    }

    static String run(Path folder, List<String> command) throws IOException {
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        try {
            assertThat(process.waitFor())
                    .as(String.join(" ", command) + "\n" + said)
                    .isZero();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            throw new IllegalStateException("interrupted while node was running", e);
        }
        return said;
    }
}
