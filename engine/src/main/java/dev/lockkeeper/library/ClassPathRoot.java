package dev.lockkeeper.library;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.ProviderNotFoundException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A folder in one root of the class path.
 *
 * @param folder in an open file system
 * @param origin the root as people know it: a folder, or an archive, and an archive in it after an exclamation mark
 */
record ClassPathRoot(Path folder, String origin) {
    /**
     * Opens what is needed to read it.
     *
     * @param container the address of the root as a class loader writes it, ending with a slash: {@code file:/FOLDER/},
     *     {@code jar:file:/ARCHIVE!/}, and of archives in archives {@code jar:file:/ARCHIVE!/INNER!/} and, by Spring Boot since
     *     3.2, {@code jar:nested:/ARCHIVE/!INNER!/}
     * @param archives gets what was opened
     */
    static ClassPathRoot of(Location.OfClassPath location, String container, List<FileSystem> archives) {
        try {
            List<String> parts = parts(container);
            if (parts == null) {
                throw unreadable(location, container, "Lockkeeper cannot list what lies at such an address")
                        .asException();
            }
            Path base = Path.of(parts.get(0)).toRealPath();
            StringBuilder origin = new StringBuilder(base.toString());
            for (int i = 0; i < parts.size(); i++) {
                if (i > 0) {
                    base = base.resolve(parts.get(i));
                    origin.append('!').append(parts.get(i));
                }
                if (!Files.isDirectory(base)) {
                    FileSystem archive = FileSystems.newFileSystem(base, (ClassLoader) null);
                    archives.add(archive);
                    base = archive.getPath("/");
                }
            }
            return new ClassPathRoot(base.resolve(location.folder()), origin.toString());
        } catch (IOException | InvalidPathException | UnsupportedOperationException e) {
            throw unreadable(location, container, e.toString()).asException(e);
        } catch (ProviderNotFoundException | FileSystemNotFoundException e) {
            throw unreadable(
                            location,
                            container,
                            "it is not an archive, or this Java lacks the module jdk.zipfs, which reads archives")
                    .asException(e);
        }
    }

    private static Problem unreadable(Location.OfClassPath location, String container, String why) {
        return Problem.of(
                        Code.FILE_UNREADABLE,
                        "the class path holds the folder in " + container + ", which cannot be read")
                .at(Place.of(location.toString()))
                .because(why)
                .help(
                        "put the migrations into a folder of the disk and give its java.nio.file.Path, or into an archive that"
                                + " lies on the disk");
    }

    /** A path of the disk, and what lies in it one in the other; null for an address of another kind. */
    private static @Nullable List<String> parts(String container) {
        if (container.startsWith("file:")) {
            return List.of(decoded(container.substring("file:".length())));
        }
        if (!container.startsWith("jar:")) {
            return null;
        }
        String inner = container.substring("jar:".length(), container.length() - "!/".length());
        boolean nested = inner.startsWith("nested:");
        if (!nested && !inner.startsWith("file:")) {
            return null;
        }
        List<String> parts = new ArrayList<>(
                Arrays.asList(inner.substring(inner.indexOf(':') + 1).split(nested ? "/!|!/" : "!/", -1)));
        parts.replaceAll(ClassPathRoot::decoded);
        parts.removeIf(String::isEmpty);
        return parts;
    }

    /** What stands behind percent signs; one who makes an address by hand may have left them out. */
    private static String decoded(String path) {
        try {
            String decoded = URI.create("file:" + (path.startsWith("/") ? "" : "/") + path)
                    .getPath();
            return path.startsWith("/") ? decoded : decoded.substring(1);
        } catch (IllegalArgumentException | NullPointerException e) {
            return path;
        }
    }
}
