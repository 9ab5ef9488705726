package dev.lockkeeper.library;

import dev.lockkeeper.source.Root;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Folders of migrations, with the archives in which they lie open until it is closed.
 *
 * @param archives in the order in which they were opened: one may lie in one before it
 */
record Opened(List<Root> roots, List<FileSystem> archives) implements AutoCloseable {
    Opened {
        roots = List.copyOf(roots);
        archives = List.copyOf(archives);
    }

    @Override
    public void close() {
        close(archives);
    }

    static void close(List<FileSystem> archives) {
        List<FileSystem> backwards = new ArrayList<>(archives);
        Collections.reverse(backwards);
        for (FileSystem archive : backwards) {
            try {
                archive.close();
            } catch (IOException nothingWasWritten) {
                // it was only read
            }
        }
    }
}
