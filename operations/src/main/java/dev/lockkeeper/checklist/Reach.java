package dev.lockkeeper.checklist;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The folders in which the steps of a checklist may leave files. A checklist comes with a repository, and must not write over what lies
 * elsewhere on the machine of whoever runs it. What is made of a link after it was looked at is not seen.
 *
 * @param folders each as it is named; what is in them, or in folders of theirs, may be written
 */
public record Reach(List<Path> folders) {
    /** How many links lead to a file at most, as on Linux; more are a circle. */
    private static final int LINKS = 40;

    public Reach {
        folders = List.copyOf(folders);
    }

    /** Whether a file lies in one of the folders, wherever symbolic links lead. */
    public boolean holds(Path file) {
        Path place = place(file);
        return folders.stream().anyMatch(folder -> place.startsWith(place(folder)));
    }

    /** Where a file is, whatever way leads there; also of one that is not there yet, and of a link to nothing. */
    public static Path place(Path file) {
        return place(file.toAbsolutePath(), LINKS);
    }

    private static Path place(Path file, int links) {
        try {
            return file.toRealPath();
        } catch (IOException e) {
            Path folder = file.getParent();
            Path name = file.getFileName();
            if (folder == null || name == null) {
                return file;
            }
            Path within = place(folder, links);
            if (links > 0 && Files.isSymbolicLink(file)) {
                return place(within.resolve(target(file)), links - 1);
            }
            return within.resolve(name).normalize();
        }
    }

    private static Path target(Path link) {
        try {
            return Files.readSymbolicLink(link);
        } catch (IOException e) {
            // it is none any more
            return link;
        }
    }
}
