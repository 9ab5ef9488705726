package dev.lockkeeper.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

@Tag("USE-01")
class ArchiveTest {
    @TempDir
    private Path folder;

    private Path target = Path.of("");

    @BeforeEach
    void makeTarget() throws IOException {
        target = Files.createDirectory(folder.resolve("target"));
    }

    @Test
    void files_links_and_execute_bits_are_kept() throws IOException {
        unpack(file("./bin/program", 0755), file("./lib/plain", 0640), link("./lib/link", "plain"));
        assertThat(target.resolve("bin/program")).isExecutable().hasContent("./bin/program");
        assertThat(Files.isExecutable(target.resolve("lib/plain"))).isFalse();
        assertThat(Files.readSymbolicLink(target.resolve("lib/link"))).isEqualTo(Path.of("plain"));
        assertThat(target.resolve("lib/link")).hasContent("./lib/plain");
    }

    @Test
    void nothing_is_written_outside() {
        assertThatThrownBy(() -> unpack(file("../evil", 0644))).hasMessageContaining("outside its directory: ../evil");
        assertThatThrownBy(() -> unpack(file("a/../../evil", 0644))).hasMessageContaining("outside its directory");
        assertThat(folder.resolve("evil")).doesNotExist();
    }

    @Test
    void no_link_leads_outside() {
        assertThatThrownBy(() -> unpack(link("up", ".."), file("up/evil", 0644)))
                .hasMessageContaining("outside its directory: up");
        assertThatThrownBy(() -> unpack(link("lib/etc", "/etc"))).hasMessageContaining("outside its directory");
        assertThat(folder.resolve("evil")).doesNotExist();
    }

    @Test
    void what_is_neither_file_nor_link_is_refused() {
        assertThatThrownBy(() -> unpack(new TarArchiveEntry("device", TarConstants.LF_CHR)))
                .hasMessageContaining("device, which is neither file nor link");
    }

    @Test
    void half_an_archive_is_an_error() throws IOException {
        var whole = archive(file("a", 0644), file("b", 0644));
        var half = Arrays.copyOf(whole, whole.length / 2);
        assertThatThrownBy(() -> Archive.unpack(new ByteArrayInputStream(half), target))
                .isInstanceOf(EOFException.class);
    }

    private void unpack(TarArchiveEntry... entries) throws IOException {
        Archive.unpack(new ByteArrayInputStream(archive(entries)), target);
    }

    private static byte[] archive(TarArchiveEntry... entries) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var tar = new TarArchiveOutputStream(new XZOutputStream(bytes, new LZMA2Options(0)))) {
            for (var entry : entries) {
                tar.putArchiveEntry(entry);
                if (entry.getSize() > 0) {
                    tar.write(entry.getName().getBytes(StandardCharsets.UTF_8));
                }
                tar.closeArchiveEntry();
            }
        }
        return bytes.toByteArray();
    }

    /** A file whose content is its name. */
    private static TarArchiveEntry file(String name, int mode) {
        var entry = new TarArchiveEntry(name, true);
        entry.setMode(mode);
        entry.setSize(name.length());
        return entry;
    }

    private static TarArchiveEntry link(String name, String destination) {
        var entry = new TarArchiveEntry(name, TarConstants.LF_SYMLINK);
        entry.setLinkName(destination);
        return entry;
    }
}
