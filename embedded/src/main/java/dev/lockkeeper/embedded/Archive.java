package dev.lockkeeper.embedded;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.CheckedOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;
import org.tukaani.xz.XZInputStream;

/** Unpacks a tar archive that is compressed with xz. Nothing is written outside the target directory. */
final class Archive {
    private Archive() {}

    /** Unpacks all files and symbolic links and returns what was written. */
    static List<Contents.Item> unpack(InputStream compressed, Path target) throws IOException {
        var items = new ArrayList<Contents.Item>();
        // the mode of a temporary directory lets nobody else in
        Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwxr-xr-x"));
        try (var tar = new TarArchiveInputStream(new XZInputStream(compressed))) {
            for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                var path = inside(target, target.resolve(entry.getName()), entry);
                if (entry.isDirectory()) {
                    directories(target, path);
                } else if (entry.isSymbolicLink()) {
                    directories(target, path.getParent());
                    var link = Path.of(entry.getLinkName());
                    inside(target, path.resolveSibling(link), entry);
                    Files.createSymbolicLink(path, link);
                } else if (entry.isFile() && !entry.isLink()) {
                    directories(target, path.getParent());
                    items.add(file(tar, entry, target, path));
                } else {
                    throw new IOException("the archive holds " + entry.getName() + ", which is neither file nor link");
                }
            }
        }
        return items;
    }

    private static Contents.Item file(TarArchiveInputStream tar, TarArchiveEntry entry, Path target, Path path)
            throws IOException {
        var checksum = new CRC32();
        try (var out = new CheckedOutputStream(Files.newOutputStream(path), checksum)) {
            tar.transferTo(out);
        }
        // set, not left to the process's umask: the server may run as another user
        var mode = (entry.getMode() & 0100) != 0 ? "rwxr-xr-x" : "rw-r--r--";
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
        return new Contents.Item(checksum.getValue(), target.relativize(path).toString());
    }

    private static void directories(Path target, Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            directories(target, inside(target, directory.getParent(), null));
            Files.createDirectory(directory);
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }

    private static Path inside(Path target, Path path, @Nullable TarArchiveEntry entry) throws IOException {
        var normal = path.normalize();
        if (!normal.startsWith(target)) {
            throw new IOException(
                    "the archive would write outside its directory: " + (entry == null ? path : entry.getName()));
        }
        return normal;
    }
}
