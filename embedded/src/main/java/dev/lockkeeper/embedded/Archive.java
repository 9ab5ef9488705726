package dev.lockkeeper.embedded;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.jspecify.annotations.Nullable;
import org.tukaani.xz.XZInputStream;

/** Unpacks a tar archive that is compressed with xz. Nothing is written outside the target directory. */
final class Archive {
    private Archive() {}

    /** Unpacks all files and symbolic links */
    static void unpack(InputStream compressed, Path target) throws IOException {
        // the mode of a temporary directory lets nobody else in
        Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwxr-xr-x"));
        try (var tar = new TarArchiveInputStream(new XZInputStream(compressed))) {
            for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                var path = inside(target, target.resolve(entry.getName()), entry);
                if (entry.isDirectory()) {
                    directories(target, path);
                } else if (entry.isSymbolicLink()) {
                    directories(target, path.resolveSibling(""));
                    var link = Path.of(entry.getLinkName());
                    inside(target, path.resolveSibling(link), entry);
                    Files.createSymbolicLink(path, link);
                } else if (entry.getLinkFlag() == TarConstants.LF_NORMAL
                        || entry.getLinkFlag() == TarConstants.LF_OLDNORM) {
                    directories(target, path.resolveSibling(""));
                    file(tar, entry, path);
                } else {
                    throw new IOException("the archive holds " + entry.getName() + ", which is neither file nor link");
                }
            }
        }
    }

    private static void file(TarArchiveInputStream tar, TarArchiveEntry entry, Path path) throws IOException {
        Files.copy(tar, path);
        // set, not left to the process's umask: the server may run as another user
        var mode = (entry.getMode() & 0100) != 0 ? "rwxr-xr-x" : "rw-r--r--";
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    }

    private static void directories(Path target, Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            directories(target, inside(target, directory.resolveSibling(""), null));
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
