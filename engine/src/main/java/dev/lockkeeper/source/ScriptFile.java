package dev.lockkeeper.source;

import java.nio.file.Path;

/**
 * A file of a folder of migrations.
 *
 * @param root the folder
 * @param path its whole path
 * @param relative its path from the folder on
 */
record ScriptFile(Root root, Path path, Path relative) {
    static ScriptFile of(Root root, Path path) {
        Path folder = root.path();
        if (path.startsWith(folder) && path.getNameCount() > folder.getNameCount()) {
            // what relativize gives, but without comparing each name of thousands of files
            return new ScriptFile(root, path, path.subpath(folder.getNameCount(), path.getNameCount()));
        }
        boolean alike = path.isAbsolute() == folder.isAbsolute();
        return new ScriptFile(root, path, alike ? folder.relativize(path) : path);
    }

    /** Its name without its folder. */
    String name() {
        return String.valueOf(path.getFileName());
    }

    /** How people see it. */
    String display() {
        return root.display(path);
    }

    /** The same with where it really lies, to tell it from another one that is called alike. */
    String displayWithOrigin() {
        return root.origin() == null ? display() : display() + " in " + root.origin();
    }

    /** Another file in the same folder. */
    ScriptFile sibling(String name) {
        return of(root, path.resolveSibling(name));
    }
}
