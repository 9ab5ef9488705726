package dev.lockkeeper.embedded;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * The kind of machine that the server binaries must be made for.
 *
 * @param artifact as the binaries' jars are named: {@code linux-amd64}
 * @param resource the archive inside such a jar: {@code postgres-linux-x86_64.txz}
 */
record Platform(String artifact, String resource) {

    static Platform current() {
        return of(
                System.getProperty("os.name", ""),
                System.getProperty("os.arch", ""),
                Files.exists(Path.of("/etc/alpine-release")));
    }

    static Platform of(String system, String machine, boolean alpine) {
        var os = system.toLowerCase(Locale.ROOT);
        var family = os.startsWith("linux") ? "linux" : os.startsWith("mac") ? "darwin" : "";
        var arm = machine.equals("aarch64") || machine.equals("arm64");
        var intel = machine.equals("amd64") || machine.equals("x86_64");
        if (family.isEmpty() || !(arm || intel)) {
            throw new EmbeddedPostgresException(
                    "there is no embedded PostgreSQL for " + system + " on " + machine,
                    "it runs on Linux and macOS, on 64-bit Intel and ARM",
                    "give the address of a PostgreSQL server instead");
        }
        return new Platform(
                family + (arm ? "-arm64v8" : "-amd64") + (alpine ? "-alpine" : ""),
                "postgres-" + family + (arm ? "-arm_64" : "-x86_64") + (alpine ? "-alpine_linux" : "") + ".txz");
    }
}
