package dev.lockkeeper.analytics;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/** The folder that a user fills with {@code dependency:copy-dependencies}: here of links to the jars that this test has. */
final class Jars {
    private Jars() {}

    static Path folder(Path into) {
        try {
            Files.createDirectories(into);
            for (String one : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
                Path entry = Path.of(one);
                if (entry.endsWith("analytics-spark/target/classes")) {
                    pack(entry, into.resolve("lockkeeper-analytics-spark-test.jar"));
                } else if (one.endsWith(".jar")
                        && !entry.getFileName().toString().startsWith("lockkeeper-")) {
                    Files.createSymbolicLink(into.resolve(entry.getFileName()), entry);
                }
            }
            return into;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void pack(Path classes, Path jar) throws IOException {
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream packed = new JarOutputStream(out);
                Stream<Path> files = Files.walk(classes)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                packed.putNextEntry(
                        new JarEntry(classes.relativize(file).toString().replace('\\', '/')));
                Files.copy(file, packed);
                packed.closeEntry();
            }
        }
    }
}
