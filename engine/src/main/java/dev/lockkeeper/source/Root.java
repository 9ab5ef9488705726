package dev.lockkeeper.source;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A folder in which files of migrations lie, of the disk or of an archive that is open as a file system. Immutable.
 *
 * @param path the folder
 * @param name what people call it, such as {@code classpath:db/migration}; null for its path
 * @param origin where it really lies when its name does not tell, such as the path of an archive; null when the name does
 */
public record Root(
        Path path, @Nullable String name, @Nullable String origin) {
    /** A folder of the disk, called by its path. */
    public static Root of(Path path) {
        return new Root(path, null, null);
    }

    /** A file in it, or beside it, as people may see it: control characters are escaped. */
    String display(Path file) {
        if (name == null) {
            return ScriptReader.display(file);
        }
        String base = name;
        StringBuilder shown = new StringBuilder();
        for (Path part : path.relativize(file)) {
            String text = ScriptReader.display(part);
            if (text.equals("..")) {
                base = base.substring(0, Math.max(base.lastIndexOf('/'), base.indexOf(':') + 1));
            } else if (!text.isEmpty()) {
                shown.append(shown.isEmpty() ? "" : "/").append(text);
            }
        }
        return shown.isEmpty() ? base : base.endsWith(":") ? base + shown : base + "/" + shown;
    }

    /** The folder itself as people may see it. */
    String display() {
        return name == null ? ScriptReader.display(path) : name;
    }
}
